/** Signed webhooks a second with nobody watching, beside plain PutItems a second into the same embedded DynamoDB. */
import { randomUUID } from "node:crypto";
import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { tableName } from "../database.ts";
import { demoDialogues, said } from "./dialogue.ts";
import { percentile, round } from "./figures.ts";
import { startProduct } from "./product.ts";

/** As many at a time as a helpdesk's senders would hold open. */
const atOnce = 16;

export async function ingest({ seconds }: { seconds: number }) {
  const product = await startProduct({ env: { BENCH_PLAIN: "1" } });
  const client = new DynamoDBClient({
    endpoint: product.database,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  const lines = (await demoDialogues()).flatMap(({ lines }) => lines);
  let n = 0;
  const hook = async () => {
    const conversation = `in-${n % 200}-${Math.floor(n / 2_000)}`;
    const status = await product.hook(said(conversation, n, lines[n++ % lines.length]!, new Date().toISOString()));
    if (status !== 202) throw new Error(`The webhook answered ${status}.`);
  };
  const put = () =>
    client.send(
      new PutItemCommand({
        TableName: tableName,
        Item: { pk: { S: `bench#${randomUUID()}` }, sk: { S: "x" }, text: { S: lines[n++ % lines.length]!.text } },
      }),
    );
  try {
    await rate(hook, 1);
    await product.settled();
    // Slices in turn, so that whatever else the machine does hurts both.
    const slices = Math.max(1, Math.round(seconds / 5));
    const each = seconds / slices / 2;
    const hooks: number[] = [];
    const puts: number[] = [];
    const drained: number[] = [];
    for (let slice = 0; slice < slices; slice++) {
      puts.push(await rate(put, each));
      const began = performance.now();
      const perSecond = await rate(hook, each);
      hooks.push(perSecond);
      await product.settled(300_000);
      drained.push((perSecond * each * 1_000) / (performance.now() - began));
    }
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const p99Ms = await halfLoad(hook, mean(drained) / 2, Math.min(5, seconds));
    return {
      seconds,
      perSecond: round(mean(hooks)),
      puts: round(mean(puts)),
      ratio: round(mean(hooks) / mean(puts), 3),
      drainedPerSecond: round(mean(drained)),
      drainedRatio: round(mean(drained) / mean(puts), 3),
      p99Ms: round(p99Ms, 1),
    };
  } finally {
    client.destroy();
    await product.stop();
  }
}

async function rate(work: () => Promise<unknown>, seconds: number): Promise<number> {
  const began = performance.now();
  const ends = began + seconds * 1_000;
  let done = 0;
  const one = async () => {
    while (performance.now() < ends) {
      await work();
      done++;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, one));
  return done / ((performance.now() - began) / 1_000);
}

/** Sent evenly, whether or not the one before was answered: waiting in line counts. */
async function halfLoad(work: () => Promise<unknown>, perSecond: number, seconds: number): Promise<number> {
  const taken: number[] = [];
  const running: Promise<void>[] = [];
  const began = performance.now();
  for (let i = 0; i < perSecond * seconds; i++) {
    const due = began + (i * 1_000) / perSecond;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
    running.push(work().then(() => void taken.push(performance.now() - due)));
  }
  await Promise.all(running);
  return percentile(taken, 0.99);
}
