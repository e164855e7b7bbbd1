/** SQS's JSON protocol (`X-Amz-Target: AmazonSQS.SendMessage`), as far as sending goes, for @aws-sdk/client-sqs. */
import type { IncomingMessage, ServerResponse } from "node:http";
import * as z from "zod";
import { type Log, told } from "./log.ts";
import { listenOnLoopback, readBody } from "./loopback.ts";
import { md5, type Queue } from "./queue.ts";

const path = "/000000000000/cuecard-local";
/** SQS's limit for a message and for a batch. */
const messageBytes = 1024 * 1024;

const Send = z.object({
  MessageBody: z.string().min(1),
  DelaySeconds: z.number().int().min(0).max(900).optional(),
});
const Batch = z.object({
  Entries: z
    .array(Send.extend({ Id: z.string() }))
    .min(1)
    .max(10),
});

/** `url` is the queue's own, for QueueUrl; the endpoint is its origin. */
export async function serveQueue(queue: Queue, log: Log): Promise<{ url: string; close(): Promise<void> }> {
  const send = async ({ MessageBody, DelaySeconds = 0 }: z.infer<typeof Send>) => ({
    MessageId: await queue.send(MessageBody, DelaySeconds * 1_000),
    MD5OfMessageBody: md5(MessageBody),
  });

  const answer = async (request: IncomingMessage): Promise<{ status: number; body: object }> => {
    const target = request.headers["x-amz-target"];
    const text = await readBody(request, messageBytes * 2);
    if (text === undefined) return refused("InvalidParameterValue", `A message has at most ${messageBytes} bytes.`);
    const action =
      target === "AmazonSQS.SendMessage" ? Send : target === "AmazonSQS.SendMessageBatch" ? Batch : undefined;
    if (!action) return refused("UnsupportedOperation", `Only sending is offered here, not ${target}.`);
    const input = action.safeParse(parsed(text.toString()));
    if (!input.success) return refused("InvalidParameterValue", z.prettifyError(input.error));
    if ("MessageBody" in input.data) return { status: 200, body: await send(input.data) };
    const Successful = await Promise.all(
      input.data.Entries.map(async ({ Id, ...message }) => ({ Id, ...(await send(message)) })),
    );
    return { status: 200, body: { Successful, Failed: [] } };
  };

  const { url, close } = await listenOnLoopback((request, response) => {
    answer(request)
      .catch((error) => {
        log(`Queue: a message could not be kept: ${told(error)}`);
        return refused("InternalFailure", "The message could not be kept.", 500);
      })
      .then(({ status, body }) => reply(response, status, body));
  });
  return { url: url + path, close };
}

const refused = (code: string, message: string, status = 400) => ({
  status,
  body: { __type: `com.amazonaws.sqs#${code}`, message },
});

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // which no schema takes
  }
}

function reply(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    "content-type": "application/x-amz-json-1.0",
    "content-length": Buffer.byteLength(text),
  });
  response.end(text);
}
