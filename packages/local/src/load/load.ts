/**
 * Many sidebars watch while events arrive at a steady rate: how late the answers and the frames are, whether memory grows,
 * and whether anything was lost. Arrivals are on a clock of their own: a slow server does not slow its senders down.
 */
import { readFile } from "node:fs/promises";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { messages } from "@cuecard/core/store/conversations";
import { dynamoTable } from "@cuecard/core/store/dynamo";
import { demoDialogues, type Line, resolved, said } from "../bench/dialogue.ts";
import { percentile, round } from "../bench/figures.ts";
import { type Running, startProduct } from "../bench/product.ts";
import { tableName } from "../database.ts";
import { listen, type Watching } from "./watching.ts";

/** Messages of a conversation, as in the sum of 2.3 million conversations of ten messages a month. */
const length = 10;

export type Load = {
  sidebars: number;
  /** Events a second that were meant to be sent, and that were. */
  rate: number;
  sent: number;
  seconds: number;
  /** Answers that were not 202. */
  refused: number;
  /** Answered 202, and not in the table afterwards. */
  lost: number;
  deadLetters: number;
  answerMs: Spread;
  /** From sending the customer's message to the frame that shows it, and to the first suggestion of its turn. */
  messageMs: Spread;
  suggestionMs: Spread;
  /** Turns watched to their end of which no suggestion came in time. */
  unanswered: number;
  /** Seconds until the queue was empty after the last event. */
  drainedSeconds: number | null;
  /** Resident, as the system sees it: of the server, and of the embedded table, which also holds what it is given. */
  memory: Memory;
  tableMemory: Memory;
  holds: boolean;
};
type Memory = { firstMb: number; lastMb: number; mostMb: number; mbAMinute: number };
type Spread = { p50: number; p95: number; p99: number };
const spread = (values: number[]): Spread => ({
  p50: round(percentile(values, 0.5), 1),
  p95: round(percentile(values, 0.95), 1),
  p99: round(percentile(values, 0.99), 1),
});

/** What a rep would still call at once. */
const holdsMs = { answer: 1_000, suggestion: 3_000 };
/** Of the turns that were watched: what comes when the rep has written is no help. */
const holdsUnanswered = 0.01;
/** Reps of one workspace share the budget of requests; each is a rep of its own. */
const repOf = (n: number) => `load-${n}`;

type Run = { sidebars: number; rate: number; seconds: number; progress?: (line: string) => void };

export async function load({ sidebars, rate, seconds, progress = () => undefined }: Run): Promise<Load> {
  const product = await startProduct({ env: { BENCH_PLAIN: "1" } });
  const watching: Watching[] = [];
  try {
    for (let n = 0; n < sidebars; n++) watching.push(await listen(product, repOf(n)));
    progress(`${sidebars} sidebars are connected`);
    return await drive(product, watching, { rate, seconds, progress });
  } finally {
    for (const one of watching) one.close();
    await product.stop();
  }
}

async function drive(
  product: Running,
  watching: Watching[],
  { rate, seconds, progress }: { rate: number; seconds: number; progress(line: string): void },
): Promise<Load> {
  const dialogues = (await demoDialogues()).map(({ lines }) => lines).filter((lines) => lines.some(isCustomers));
  const kept = new Map<string, Set<string>>();
  const answers: number[] = [];
  const memory: Sample[] = [];
  const tableMemory: Sample[] = [];
  let [sent, refused] = [0, 0];
  const flying = new Set<Promise<void>>();
  // Each sidebar's rep has one conversation at a time, told line by line, with a round through all of them.
  const desks = watching.map((sidebar, n) => ({ sidebar, rep: repOf(n), round: 0, line: 0 }));

  const post = async (event: Parameters<Running["hook"]>[0], messageId?: string) => {
    const began = performance.now();
    const status = await product.hook(event).catch(() => 0);
    answers.push(performance.now() - began);
    if (status !== 202) refused++;
    else if (messageId) {
      const ids = kept.get(event.conversation.id) ?? new Set();
      kept.set(event.conversation.id, ids.add(messageId));
    }
  };
  const next = (desk: (typeof desks)[number]): Promise<void> => {
    const id = `load-${desk.rep}-${desk.round}`;
    const at = new Date().toISOString();
    if (desk.line === 0) desk.sidebar.watch(id);
    if (desk.line === length) {
      desk.line = 0;
      desk.round++;
      return post(resolved(id, at, desk.rep));
    }
    const lines = dialogues[desk.round % dialogues.length]!;
    const line = lines[desk.line % lines.length]!;
    const event = said(id, desk.line, line, at, desk.rep);
    desk.line++;
    if (event.type !== "message.created") throw new Error("a line is a message");
    if (isCustomers(line)) desk.sidebar.expect(event.message.id);
    return post(event, event.message.id);
  };

  const { databasePid } = await product.ask("size");
  const began = performance.now();
  const sampling = setInterval(
    () => void Promise.all([sample(memory, product.child.pid), sample(tableMemory, databasePid)]),
    2_000,
  );
  try {
    for (let n = 0; performance.now() - began < seconds * 1_000; n++) {
      const due = began + (n * 1_000) / rate;
      const early = due - performance.now();
      if (early > 1) await new Promise((resolve) => setTimeout(resolve, early));
      // More than a helpdesk would hold open: then the sender waits, and the rate that was reached says so.
      if (flying.size > 256) await Promise.race(flying);
      const one: Promise<void> = next(desks[n % desks.length]!).finally(() => flying.delete(one));
      flying.add(one);
      sent++;
      if (n > 0 && n % Math.round(rate * 60) === 0)
        progress(`${Math.round((performance.now() - began) / 1_000)} s, ${sent} events`);
    }
    await Promise.all(flying);
  } finally {
    clearInterval(sampling);
  }
  const took = (performance.now() - began) / 1_000;
  const drained = await product.settled(120_000);
  const drainedSeconds = drained ? round((performance.now() - began) / 1_000 - took, 1) : null;
  await new Promise((resolve) => setTimeout(resolve, 500)); // the last frames
  const heard = watching.map((one) => one.heard());
  const answered = heard.reduce((sum, { suggestionMs }) => sum + suggestionMs.length, 0);
  const figures = {
    sidebars: watching.length,
    rate: round(sent / took, 1),
    sent,
    seconds: round(took),
    refused,
    lost: await missing(product, kept),
    deadLetters: (await product.ask("size")).dead ?? 0,
    answerMs: spread(answers),
    messageMs: spread(heard.flatMap(({ messageMs }) => messageMs)),
    suggestionMs: spread(heard.flatMap(({ suggestionMs }) => suggestionMs)),
    unanswered: heard.reduce((sum, { unanswered }) => sum + unanswered, 0),
    drainedSeconds,
    memory: growth(memory),
    tableMemory: growth(tableMemory),
  };
  return {
    ...figures,
    holds:
      figures.rate >= 0.97 * rate &&
      figures.refused + figures.lost + figures.deadLetters === 0 &&
      figures.answerMs.p95 < holdsMs.answer &&
      figures.suggestionMs.p95 < holdsMs.suggestion &&
      figures.unanswered <= holdsUnanswered * (figures.unanswered + answered),
  };
}

const isCustomers = ({ by }: Line) => by === "customer";

type Sample = { at: number; mb: number };

async function sample(samples: Sample[], pid: number | undefined): Promise<void> {
  const [, pages] = (await readFile(`/proc/${pid}/statm`, "utf8")).split(" ");
  samples.push({ at: performance.now(), mb: (Number(pages) * 4_096) / 2 ** 20 });
}

/** The slope over the second half: the first is the time in which caches fill. */
function growth(samples: Sample[]): Memory {
  const late = samples.slice(Math.floor(samples.length / 2));
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / (values.length || 1);
  const [at, mb] = [mean(late.map((one) => one.at)), mean(late.map((one) => one.mb))];
  const over = late.reduce((sum, one) => sum + (one.at - at) ** 2, 0);
  const slope = over ? late.reduce((sum, one) => sum + (one.at - at) * (one.mb - mb), 0) / over : 0;
  return {
    firstMb: round(samples[0]?.mb ?? 0),
    lastMb: round(samples.at(-1)?.mb ?? 0),
    mostMb: round(Math.max(0, ...samples.map((one) => one.mb))),
    mbAMinute: round(slope * 60_000, 1),
  };
}

async function missing(product: Running, kept: Map<string, Set<string>>): Promise<number> {
  const client = new DynamoDBClient({
    endpoint: product.database,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  const table = dynamoTable(tableName, client);
  let lost = 0;
  try {
    for (const [conversation, ids] of kept) {
      const there = new Set((await messages(table, "demo", conversation, { limit: 100 })).map(({ id }) => id));
      for (const id of ids) if (!there.has(id)) lost++;
    }
  } finally {
    client.destroy();
  }
  return lost;
}
