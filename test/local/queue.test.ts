import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { SendMessageBatchCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Handlers } from "@cuecard/local/lambda";
import { openQueue, type Queue, type QueueLimits } from "@cuecard/local/queue";
import { serveQueue } from "@cuecard/local/queue-http";
import type { SQSRecord } from "aws-lambda";
import { expect, onTestFinished, test } from "vitest";
import { credentials, folder, region, until } from "./started.ts";

const quick = { retryMs: [5, 10], timeoutMs: 1_000 };
const idle = { worker: async () => undefined, deadletter: async () => undefined };

async function open(file: string, limits: Partial<QueueLimits> = quick, compactBytes?: number, crowded = () => false) {
  const lines: string[] = [];
  const queue = await openQueue({
    file,
    log: (line) => lines.push(line),
    limits,
    crowded,
    ...(compactBytes === undefined ? {} : { compactBytes }),
  });
  onTestFinished(() => shut(queue));
  return { queue, lines };
}

async function shut(queue: Queue): Promise<void> {
  await queue.drain(100);
  await queue.close();
}

const newFile = async () => join(await folder(), "queue.jsonl");

/** A handler that keeps what it was given, and does as `work` says. */
function recording(work: (record: SQSRecord) => unknown = () => undefined) {
  const records: SQSRecord[] = [];
  const run: Handlers["worker"] = async ({ Records }) => {
    expect(Records).toHaveLength(1);
    records.push(Records[0]!);
    return work(Records[0]!);
  };
  return { records, run };
}

test("the official client sends, one or ten at once, and later if told so", async () => {
  const { queue } = await open(await newFile());
  const worker = recording();
  queue.deliver({ ...idle, worker: worker.run });
  const server = await serveQueue(queue, console.error);
  onTestFinished(server.close);
  const client = new SQSClient({ endpoint: new URL(server.url).origin, region, credentials });
  onTestFinished(() => client.destroy());

  const sentAt = Date.now();
  const late = await client.send(
    new SendMessageCommand({ QueueUrl: server.url, MessageBody: "late", DelaySeconds: 1 }),
  );
  const one = await client.send(new SendMessageCommand({ QueueUrl: server.url, MessageBody: "ä" }));
  const { Successful, Failed } = await client.send(
    new SendMessageBatchCommand({ QueueUrl: server.url, Entries: ["a", "b"].map((Id) => ({ Id, MessageBody: Id })) }),
  );
  expect([Successful?.map(({ Id }) => Id), Failed]).toEqual([["a", "b"], []]);
  await until(() => worker.records.length === 4);
  expect(Date.now() - sentAt).toBeGreaterThanOrEqual(990);
  expect(worker.records.map(({ body }) => body)).toEqual(["ä", "a", "b", "late"]);
  expect(worker.records[0]).toMatchObject({
    messageId: one.MessageId,
    md5OfBody: one.MD5OfMessageBody,
    eventSource: "aws:sqs",
    attributes: { ApproximateReceiveCount: "1" },
  });
  expect(worker.records[3]?.messageId).toBe(late.MessageId);
  await until(() => queue.size() === 0);

  await expect(client.send(new SendMessageCommand({ QueueUrl: server.url, MessageBody: "" }))).rejects.toThrow(
    /MessageBody/,
  );
});

test("a page in a browser cannot send", async () => {
  const { queue } = await open(await newFile());
  const server = await serveQueue(queue, console.error);
  onTestFinished(server.close);
  const response = await fetch(server.url, {
    method: "POST",
    headers: { origin: "https://elsewhere.example", "x-amz-target": "AmazonSQS.SendMessage" },
    body: '{"MessageBody":"x"}',
  });
  expect([response.status, queue.size()]).toEqual([403, 0]);
});

test("what fails comes again, and after three deliveries is a dead letter, which can be sent again", async () => {
  const { queue } = await open(await newFile());
  let mended = false;
  const worker = recording(({ body }) => {
    if (mended || body === "good") return undefined;
    if (body === "partial") return { batchItemFailures: [{ itemIdentifier: "any" }] };
    throw new Error("no");
  });
  const deadletter = recording();
  queue.deliver({ worker: worker.run, deadletter: deadletter.run });
  const bad = await queue.send("bad");
  const partial = await queue.send("partial");
  await queue.send("good");

  await until(() => deadletter.records.length === 2 && queue.deadLetters().every(({ buried }) => buried));
  expect(worker.records.filter(({ body }) => body === "bad").map((r) => r.attributes.ApproximateReceiveCount)).toEqual([
    "1",
    "2",
    "3",
  ]);
  expect(worker.records.filter(({ body }) => body === "good")).toHaveLength(1);
  expect(deadletter.records.map(({ messageId }) => messageId).sort()).toEqual([bad, partial].sort());
  expect(queue.size()).toBe(0);

  mended = true;
  expect(await queue.redrive([bad])).toBe(1);
  await until(() => queue.size() === 0);
  expect(worker.records.at(-1)).toMatchObject({ messageId: bad, attributes: { ApproximateReceiveCount: "1" } });
  expect(queue.deadLetters().map(({ id }) => id)).toEqual([partial]);
  expect(await queue.redrive()).toBe(1);
  await until(() => queue.size() === 0 && queue.deadLetters().length === 0);
});

test("a job that takes too long counts as failed, and its context knew the time left", async () => {
  const { queue } = await open(await newFile(), { ...quick, timeoutMs: 50, receives: 2 });
  const left: number[] = [];
  queue.deliver({
    ...idle,
    worker: async (_, context) => {
      left.push(context.getRemainingTimeInMillis());
      await new Promise((resolve) => setTimeout(resolve, 200));
    },
  });
  await queue.send("slow");
  await until(() => queue.deadLetters().length === 1);
  expect(left).toHaveLength(2);
  for (const ms of left) expect(ms).toBeLessThanOrEqual(50);
});

test("while senders wait for an answer jobs go one at a time, and all of them go on", async () => {
  let senders = 20;
  const { queue } = await open(
    await newFile(),
    { ...quick, concurrency: 4, crowdedEveryMs: 20 },
    undefined,
    () => senders > 6,
  );
  const began = performance.now();
  let [now, most, done] = [0, 0, 0];
  queue.deliver({
    ...idle,
    worker: async () => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setTimeout(resolve, 5));
      now--;
      if (++done === 5) senders = 0;
    },
  });
  await Promise.all(Array.from({ length: 5 }, (_, n) => queue.send(String(n))));
  await until(() => done === 5);
  expect(most).toBe(1);
  expect(performance.now() - began).toBeGreaterThan(75);
  await Promise.all(Array.from({ length: 12 }, (_, n) => queue.send(String(n))));
  await until(() => done === 17);
  expect(most).toBe(4);
});

test("at most `concurrency` jobs run at once, and all get their turn", async () => {
  const { queue } = await open(await newFile(), { ...quick, concurrency: 4 });
  let [now, most, done] = [0, 0, 0];
  queue.deliver({
    ...idle,
    worker: async () => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setTimeout(resolve, 5));
      now--;
      done++;
    },
  });
  await Promise.all(Array.from({ length: 40 }, (_, i) => queue.send(String(i))));
  await until(() => done === 40);
  expect(most).toBe(4);
});

test("after SIGKILL everything that was answered for and not done is delivered again, and nothing that was done", async () => {
  const file = await newFile();
  const script = fileURLToPath(new URL("./queue-process.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", script, file], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => {
    said += chunk;
  });
  await until(() => said.split("\n").length > 500, 10_000);
  child.kill("SIGKILL");
  await once(child, "close");
  const answered = said.slice(0, said.lastIndexOf("\n")).split("\n");

  const kept = await stat(file);
  const { queue } = await open(file, { ...quick, concurrency: 1_000 });
  const worker = recording();
  queue.deliver({ ...idle, worker: worker.run });
  await until(() => queue.size() === 0);
  const again = new Set(worker.records.map(({ body }) => body));
  for (const body of answered) if (Number(body) % 3 !== 0) expect(again).toContain(body);
  // With 16 at a time it came past the first job that never ends, so the first was done.
  expect(again).not.toContain("0");
  expect(kept.size).toBeGreaterThan(0);
});

test("a torn last line is left out, and what follows is kept apart from it", async () => {
  const file = await newFile();
  const first = await open(file);
  await first.queue.send("kept");
  await shut(first.queue);
  await appendFile(file, '{"op":"put","message":{"id":"torn","bo');

  const second = await open(file);
  expect(second.lines).toEqual([expect.stringContaining("1 line(s)")]);
  await second.queue.send("later");
  await shut(second.queue);

  const third = await open(file);
  const worker = recording();
  third.queue.deliver({ ...idle, worker: worker.run });
  await until(() => third.queue.size() === 0);
  expect(worker.records.map(({ body }) => body).sort()).toEqual(["kept", "later"]);
  expect(third.lines).toEqual([]);
});

test("a message that three starts did not survive goes to the dead letters unseen", async () => {
  const file = await newFile();
  const message = { id: "m", body: "poison", sentAt: Date.now(), dueAt: 0, receives: 3 };
  await writeFile(file, `${JSON.stringify({ op: "put", message })}\n`);
  const { queue } = await open(file);
  const [worker, deadletter] = [recording(), recording()];
  queue.deliver({ worker: worker.run, deadletter: deadletter.run });
  await until(() => deadletter.records.length === 1);
  expect(worker.records).toEqual([]);
});

test("the journal shrinks while running, and keeps what is not done", async () => {
  const file = await newFile();
  const first = await open(file, quick, 20_000);
  let done = 0;
  first.queue.deliver({
    ...idle,
    worker: async ({ Records }) => {
      if (Records[0]?.body === "stays") throw new Error("not yet");
      done++;
    },
  });
  for (let round = 0; round < 10; round++) {
    await Promise.all(Array.from({ length: 50 }, () => first.queue.send("x".repeat(100))));
    await until(() => first.queue.size() === 0);
  }
  expect(done).toBe(500);
  // 500 messages are 166 KB of lines; it may hold 20 KB and one round more.
  expect((await stat(file)).size).toBeLessThan(50_000);
  await first.queue.drain(100);
  await first.queue.send("stays");
  await first.queue.close();
  expect(await readFile(file, "utf8")).toContain("stays");

  const second = await open(file);
  expect(second.queue.size()).toBe(1);
});

test("while it drains it takes messages but starts none; they come at the next start", async () => {
  const file = await newFile();
  const first = await open(file);
  const early = recording();
  first.queue.deliver({ ...idle, worker: early.run });
  await first.queue.drain(100);
  await first.queue.send("during");
  await first.queue.close();
  expect(early.records).toEqual([]);
  await expect(first.queue.send("after")).rejects.toThrow("closed");

  const second = await open(file);
  const late = recording();
  second.queue.deliver({ ...idle, worker: late.run });
  await until(() => late.records.length === 1);
});
