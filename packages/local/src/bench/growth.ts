/** Whether things get slower as they grow: one more message in a long conversation, and a report over many suggestions. */

import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { acceptance } from "@cuecard/core/report/acceptance";
import * as Settings from "@cuecard/core/settings";
import { dynamoTable } from "@cuecard/core/store/dynamo";
import { suggestionKey } from "@cuecard/core/store/suggestion-id";
import { putState } from "@cuecard/core/store/suggestions";
import type { State } from "@cuecard/core/suggestion";
import { tableName } from "../database.ts";
import { demoDialogues, said } from "./dialogue.ts";
import { percentile, round } from "./figures.ts";
import { startProduct } from "./product.ts";

const repeats = 5;

export async function growth({ sizes, rows }: { sizes: number[]; rows: number[] }) {
  const product = await startProduct();
  const client = new DynamoDBClient({
    endpoint: product.database,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  try {
    const lines = (await demoDialogues()).flatMap(({ lines }) => lines);
    const message = [];
    for (const size of sizes) {
      const id = `grow-${size}`;
      const start = Date.now() - size * 1_000;
      const event = (n: number) => said(id, n, lines[n % lines.length]!, new Date(start + n * 1_000).toISOString());
      for (let n = 0; n < size; n += 16)
        await Promise.all(Array.from({ length: Math.min(16, size - n) }, (_, i) => product.hook(event(n + i))));
      await product.settled(300_000);
      const ms: number[] = [];
      await product.ask("reset");
      for (let n = 0; n < repeats; n++) {
        const began = performance.now();
        await product.hook(event(size + n));
        await product.settled();
        ms.push(performance.now() - began);
      }
      const { calls } = (await product.ask("counted")).counted!;
      const per = (pick: (call: (typeof calls)[number]) => number) =>
        round(calls.reduce((sum, call) => sum + pick(call), 0) / repeats, 1);
      message.push({
        messages: size,
        calls: per(() => 1),
        items: per(({ items }) => items),
        kb: round(per(({ bytes }) => bytes) / 1_024, 1),
        ms: round(percentile(ms, 0.5)),
      });
    }

    const table = dynamoTable(tableName, client);
    const named = { ...(await Settings.load(table, "demo")).settings, repFigures: "named" as const };
    const report = [];
    let made = 0;
    for (const size of rows) {
      for (; made < size; made += 32)
        await Promise.all(Array.from({ length: 32 }, (_, i) => putState(table, "rows", undefined, rowState(made + i))));
      const ms: number[] = [];
      const to = Settings.dayOf(Date.now(), "UTC");
      for (let n = 0; n < 3; n++) {
        const began = performance.now();
        const nowMs = Date.now();
        await acceptance(table, "rows", { from: Settings.addDays(to, -29), to, by: "rep", settings: named, nowMs });
        ms.push(performance.now() - began);
      }
      report.push({ suggestions: size, ms: round(percentile(ms, 0.5)) });
    }
    const [first, last] = [message[0]!, message.at(-1)!];
    return {
      message,
      /** Of what one more message reads, the longest conversation against the shortest. */
      itemsRatio: round(last.items / first.items, 2),
      callsRatio: round(last.calls / first.calls, 2),
      report,
    };
  } finally {
    client.destroy();
    await product.stop();
  }
}

/** Spread over ten open days, as a month's first third. */
function rowState(n: number): State {
  const createdAt = new Date(Date.now() - (n % 10) * 86_400_000).toISOString();
  const id = `row-${n}.000000000-00000000.draft`;
  const outcomes = ["accepted", "edited", "rejected", "ignored", "unseen"] as const;
  return {
    ...suggestionKey("rows", id),
    v: 1,
    id,
    conversationId: `row-${n}`,
    turn: "000000000-00000000",
    turnAt: createdAt,
    kind: "draft",
    status: "ready",
    engine: "bench",
    attempt: 1,
    createdAt,
    day: createdAt.slice(0, 10),
    team: `team-${n % 5}`,
    articles: [`article-${n % 40}`],
    flags: [],
    outcome: outcomes[n % outcomes.length]!,
    retained: 0.5,
    sentBy: `rep-${n % 30}`,
    shownAt: createdAt,
    decidedAt: createdAt,
  };
}
