/** Runs a Lambda handler as Lambda would: an event, a context that knows the time left, and a time limit. */
import { randomUUID } from "node:crypto";
import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyWebsocketEventV2,
  Context,
  EventBridgeEvent,
  SQSEvent,
} from "aws-lambda";

type Run<Event> = (event: Event, context: Context) => unknown;

/** $connect carries headers and the query as well; @types/aws-lambda leaves them out of the general event. */
export type SocketEvent = APIGatewayProxyWebsocketEventV2 & {
  headers?: Record<string, string>;
  multiValueHeaders?: Record<string, string[]>;
  queryStringParameters?: Record<string, string>;
  multiValueQueryStringParameters?: Record<string, string[]>;
};

export type NightlyEvent = EventBridgeEvent<"Scheduled Event", Record<string, never>>;

/** What the deployed functions export as `handler`, by file. */
export type Handlers = {
  webhook: Run<APIGatewayProxyEventV2>;
  api: Run<APIGatewayProxyEventV2>;
  socket: Run<SocketEvent>;
  worker: Run<SQSEvent>;
  deadletter: Run<SQSEvent>;
  nightly: Run<NightlyEvent>;
};

export class TimedOut extends Error {
  constructor(name: string, timeoutMs: number) {
    super(`${name} took longer than ${timeoutMs} ms`);
    this.name = "TimedOut";
  }
}

/**
 * Gives what the handler gives, rejects as it rejects, and with TimedOut after `timeoutMs`. A handler that ran out of time
 * cannot be stopped from here, as Lambda would: it runs on, and what it still writes must be harmless, as any repeat is.
 */
export async function invoke<Event>(
  run: Run<Event>,
  event: Event,
  options: { name: string; timeoutMs: number; requestId?: string },
): Promise<unknown> {
  const { name, timeoutMs } = options;
  const ends = Date.now() + timeoutMs;
  const context: Context = {
    callbackWaitsForEmptyEventLoop: false,
    functionName: name,
    functionVersion: "$LATEST",
    invokedFunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:${name}`,
    memoryLimitInMB: "1024",
    awsRequestId: options.requestId ?? randomUUID(),
    logGroupName: `/aws/lambda/${name}`,
    logStreamName: "local",
    getRemainingTimeInMillis: () => Math.max(0, ends - Date.now()),
    // Callbacks of the first Node runtimes; nobody may use them.
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
  };
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TimedOut(name, timeoutMs)), timeoutMs);
  });
  try {
    return await Promise.race([Promise.resolve().then(() => run(event, context)), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Resolves when all have settled or `ms` have passed, whichever is first; true if all have settled. */
export async function settle(running: Iterable<Promise<unknown>>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  try {
    return await Promise.race([Promise.allSettled(running).then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
