/**
 * The queue between the webhook and the worker, with SQS's promises: what was accepted is on disk, is delivered at least
 * once, again after a failure, and after three failures becomes a dead letter that can be sent again.
 * Nothing is delivered before `deliver` is called. queue-http.ts speaks SQS's protocol in front of it.
 */
import { createHash, randomUUID } from "node:crypto";
import type { SQSEvent, SQSRecord } from "aws-lambda";
import { type Journal, openJournal } from "./journal.ts";
import { type Handlers, invoke, settle } from "./lambda.ts";
import { type Log, told } from "./log.ts";

export type QueueLimits = {
  /** Handlers at work at once. */
  concurrency: number;
  /** While senders wait for an answer, one job at a time and no sooner than this after the last: on AWS the worker has machines of its own. */
  crowdedEveryMs: number;
  /** They come and are answered in waves: so long after the last crowd the next is still expected. */
  crowdedForMs: number;
  timeoutMs: number;
  /** Before the second and the third delivery. SQS would wait for its visibility timeout. */
  retryMs: readonly number[];
  /** Deliveries until a message is dead. */
  receives: number;
  /** SQS keeps messages for at most 14 days. */
  keepMs: number;
};

export const queueLimits: QueueLimits = {
  concurrency: 16,
  crowdedEveryMs: 50,
  crowdedForMs: 25,
  timeoutMs: 60_000,
  retryMs: [1_000, 5_000],
  receives: 3,
  keepMs: 14 * 24 * 3_600_000,
};

export type Message = {
  id: string;
  body: string;
  sentAt: number;
  /** Not to be delivered before; ms since 1970, as all times here. */
  dueAt: number;
  receives: number;
  diedAt?: number;
  /** The dead-letter handler has dealt with it; it stays to be looked at and sent again. */
  buried?: boolean;
};

type Entry =
  | { op: "put"; message: Message }
  | { op: "receive"; id: string; receives: number }
  | { op: "die"; id: string; at: number }
  | { op: "bury"; id: string }
  | { op: "delete"; id: string };

export type Queue = {
  /** Resolves with the message's id once it is on disk. `delayMs` 0: at once. */
  send(body: string, delayMs?: number): Promise<string>;
  deliver(handlers: Pick<Handlers, "worker" | "deadletter">): void;
  /** Messages waiting or at work, dead letters not counted. */
  size(): number;
  deadLetters(): Message[];
  /** Sends dead letters again, as if new (all, or those named); gives how many. */
  redrive(ids?: readonly string[]): Promise<number>;
  /** Delivers nothing more and lets what is at work end, for `ms` at most; sending stays possible. */
  drain(ms: number): Promise<void>;
  close(): Promise<void>;
};

export async function openQueue(options: {
  file: string;
  log: Log;
  limits?: Partial<QueueLimits>;
  compactBytes?: number;
  /** Whether so many senders wait that answering them comes first. */
  crowded?(): boolean;
}): Promise<Queue> {
  const { file, log, crowded = () => false } = options;
  const limits = { ...queueLimits, ...options.limits };
  const messages = new Map<string, Message>();
  const ready: string[] = [];
  const running = new Map<string, Promise<void>>();
  const timers = new Map<string, NodeJS.Timeout>();
  let handlers: Pick<Handlers, "worker" | "deadletter"> | undefined;
  let lastStart = Number.NEGATIVE_INFINITY;
  let crowdedUntil = Number.NEGATIVE_INFINITY;
  let later: NodeJS.Timeout | undefined;

  const journal: Journal<Entry> = await openJournal<Entry>({
    file,
    apply: (entry) => apply(messages, entry),
    snapshot: () => {
      const keptSince = Date.now() - limits.keepMs;
      return [...messages.values()]
        .filter(({ sentAt, diedAt }) => (diedAt ?? sentAt) > keptSince)
        .map((message) => ({ op: "put" as const, message }));
    },
    unread: (lines) => log(`${file}: ${lines} line(s) could not be read, as after a kill, and were left out.`),
    failed: (error) => log(`${file}: could not be compacted: ${told(error)}`),
    ...(options.compactBytes === undefined ? {} : { compactBytes: options.compactBytes }),
  });

  const schedule = (id: string, delayMs: number) => {
    if (!handlers) return;
    if (delayMs <= 0) {
      ready.push(id);
      return pump();
    }
    timers.set(
      id,
      setTimeout(() => {
        timers.delete(id);
        ready.push(id);
        pump();
      }, delayMs),
    );
  };

  /** Whether to leave the processor to those who wait for an answer; then it looks again in time. */
  const makesWay = (): boolean => {
    const now = performance.now();
    if (crowded()) crowdedUntil = now + limits.crowdedForMs;
    const leftMs = lastStart + limits.crowdedEveryMs - now;
    if (now >= crowdedUntil || (running.size === 0 && leftMs <= 0)) return false;
    later ??= setTimeout(
      () => {
        later = undefined;
        pump();
      },
      Math.max(1, leftMs),
    );
    return true;
  };

  const pump = () => {
    while (handlers && ready.length > 0 && running.size < limits.concurrency && !makesWay()) {
      const message = messages.get(ready.shift()!);
      if (!message) continue;
      const { id } = message;
      lastStart = performance.now();
      const work = receive(message, handlers)
        // Only the journal can fail here: the message is still in it and comes again at the next start.
        .catch((error) => log(`Queue: ${id}: ${told(error)}`))
        .then((retryMs) => {
          running.delete(id);
          if (retryMs !== undefined) schedule(id, retryMs);
          pump();
        });
      running.set(id, work);
    }
  };

  /** Gives in how many ms it is to be delivered again, if it is. */
  const receive = async (
    message: Message,
    { worker, deadletter }: Pick<Handlers, "worker" | "deadletter">,
  ): Promise<number | undefined> => {
    const { id } = message;
    const dead = message.diedAt !== undefined;
    const receives = message.receives + 1;
    // Written before the handler is done, so that a message that kills the process also counts.
    const counted = journal.append({ op: "receive", id, receives });
    counted.catch(() => undefined); // it is awaited below, when the handler has ended
    const [run, name] = dead ? [deadletter, "deadletter"] : [worker, "worker"];
    const error = await failure(run, event({ ...message, receives }, name), { name, timeoutMs: limits.timeoutMs });
    await counted;
    if (error === undefined) {
      await journal.append(dead ? { op: "bury", id } : { op: "delete", id });
      return undefined;
    }
    log(`${name}: message ${id} failed, delivery ${receives} of ${limits.receives}: ${told(error)}`);
    if (receives < limits.receives) return limits.retryMs[receives - 1] ?? limits.retryMs.at(-1) ?? 0;
    if (dead) {
      log(`deadletter: message ${id} stays; it is tried again at the next start.`);
      return undefined;
    }
    await journal.append({ op: "die", id, at: Date.now() });
    return 0;
  };

  const start = () => {
    const now = Date.now();
    for (const message of messages.values()) {
      if (message.buried) continue;
      // Counted anew: what kept the dead-letter handler from working may have been mended since.
      if (message.diedAt !== undefined) message.receives = 0;
      // Three starts were not survived: out of the way, before it takes the fourth.
      else if (message.receives >= limits.receives) {
        void journal
          .append({ op: "die", id: message.id, at: now })
          .then(() => schedule(message.id, 0))
          .catch((error) => log(`Queue: ${told(error)}`));
        continue;
      }
      schedule(message.id, message.dueAt - now);
    }
  };

  return {
    async send(body, delayMs = 0) {
      const now = Date.now();
      const message: Message = { id: randomUUID(), body, sentAt: now, dueAt: now + delayMs, receives: 0 };
      await journal.append({ op: "put", message });
      schedule(message.id, delayMs);
      return message.id;
    },
    deliver(given) {
      handlers = given;
      start();
    },
    size: () => [...messages.values()].filter(({ diedAt }) => diedAt === undefined).length,
    deadLetters: () => [...messages.values()].filter(({ diedAt }) => diedAt !== undefined),
    async redrive(ids) {
      const chosen = [...messages.values()].filter(
        ({ id, diedAt }) => diedAt !== undefined && (ids?.includes(id) ?? true),
      );
      for (const { id, body } of chosen) {
        await running.get(id); // the dead-letter handler
        clearTimeout(timers.get(id));
        timers.delete(id);
        if (ready.includes(id)) ready.splice(ready.indexOf(id), 1);
        const now = Date.now();
        await journal.append({ op: "put", message: { id, body, sentAt: now, dueAt: now, receives: 0 } });
        schedule(id, 0);
      }
      return chosen.length;
    },
    async drain(ms) {
      handlers = undefined;
      clearTimeout(later);
      later = undefined;
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
      if (!(await settle(running.values(), ms)))
        log(`${running.size} job(s) did not end in time; they run again at the next start.`);
    },
    close: () => journal.close(),
  };
}

function apply(messages: Map<string, Message>, entry: Entry): void {
  if (entry.op === "put") return void messages.set(entry.message.id, { ...entry.message });
  if (entry.op === "delete") return void messages.delete(entry.id);
  const message = messages.get(entry.id);
  if (!message) return;
  if (entry.op === "receive") message.receives = entry.receives;
  if (entry.op === "bury") message.buried = true;
  if (entry.op === "die") {
    message.diedAt = entry.at;
    message.receives = 0;
  }
}

/** Why it failed: it threw, ran out of time, or named the message in a partial batch response. Undefined: it did not. */
async function failure(
  run: Handlers["worker"],
  batch: SQSEvent,
  options: { name: string; timeoutMs: number },
): Promise<unknown> {
  try {
    const answer = (await invoke(run, batch, options)) as { batchItemFailures?: unknown[] } | null | undefined;
    return answer?.batchItemFailures?.length ? "reported as a batch item failure" : undefined;
  } catch (error) {
    return error ?? "rejected without a reason";
  }
}

function event({ id, body, sentAt, receives }: Message, name: string): SQSEvent {
  const record: SQSRecord = {
    messageId: id,
    receiptHandle: `${id}#${receives}`,
    body,
    attributes: {
      ApproximateReceiveCount: String(receives),
      SentTimestamp: String(sentAt),
      SenderId: "local",
      ApproximateFirstReceiveTimestamp: String(sentAt),
    },
    messageAttributes: {},
    md5OfBody: md5(body),
    eventSource: "aws:sqs",
    eventSourceARN: `arn:aws:sqs:us-east-1:000000000000:cuecard-local-${name}`,
    awsRegion: "us-east-1",
  };
  return { Records: [record] };
}

export const md5 = (text: string): string => createHash("md5").update(text).digest("hex");
