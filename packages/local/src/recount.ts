/**
 * Reads every item of a table, one by one, counts anew what became of each suggestion, judges each draft anew from the
 * messages, and holds both against the lead's report.
 */
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { judge } from "@cuecard/core/decision";
import type { Message } from "@cuecard/core/event";
import { acceptance, type Row } from "@cuecard/core/report/acceptance";
import * as Settings from "@cuecard/core/settings";
import type { StoredMessage } from "@cuecard/core/store/conversations";
import { dynamoTable } from "@cuecard/core/store/dynamo";
import type { Click, Shown, State, Text } from "@cuecard/core/suggestion";
import { tableName } from "./database.ts";

const counted = [
  "shown",
  "accepted",
  "edited",
  "rejected",
  "ignored",
  "unseen",
  "stale",
  "superseded",
  "clicked",
  "failed",
] as const;
type Counts = Record<(typeof counted)[number], number>;

/** Days count back from today. Throws where the demo's simulated history is still there. */
export async function recount(client: DynamoDBClient, workspace: string, days: number) {
  const nowMs = Date.now();
  const table = dynamoTable(tableName, client);
  const { settings } = await Settings.load(table, workspace);
  const to = Settings.dayOf(nowMs, settings.timeZone);
  const from = Settings.addDays(to, 1 - days);
  const raw = await scan(client, `C#${workspace}#`);
  const states = raw.filter(({ sk }) => /^SUG#[^#]+#[a-z]+$/.test(sk)) as unknown as State[];
  const byKey = new Map(raw.map((item) => [`${item.pk}\n${item.sk}`, item]));
  const messages = new Map<string, StoredMessage[]>();
  for (const { pk, sk, message, receivedAt } of raw)
    if (sk.startsWith("MSG#"))
      messages.set(pk, [...(messages.get(pk) ?? []), { ...(message as Message), receivedAt: String(receivedAt) }]);
  for (const list of messages.values())
    list.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.id < b.id ? -1 : 1));

  const mismatches: string[] = [];
  const kinds = new Map<string, Counts>();
  for (const state of states) {
    if (state.simulated || state.day < from || state.day > to) continue;
    const part = (name: string) => byKey.get(`${state.pk}\n${state.sk}#${name}`);
    const clicks = ["inserted", "copied", "rejected"].flatMap(
      (action) => (part(`click#${action}`) as unknown as Click | undefined) ?? [],
    );
    const shown = part("shown") as unknown as Shown | undefined;
    const text = part("text") as unknown as Text | undefined;
    const used = clicks.some(({ action }) => action !== "rejected");
    const decides = state.kind === "draft" || ((state.kind === "answer" || state.kind === "rewrite") && used);
    if (decides && text?.text && state.status !== "streaming" && state.status !== "failed") {
      const anew = judge(
        { state, text, clicks, ...(shown ? { shown } : {}) },
        (messages.get(state.pk) ?? []).filter(({ at }) => at >= state.turnAt),
        settings.acceptThreshold,
      );
      const decided = ["accepted", "edited", "rejected", "ignored"];
      if (decided.includes(anew.outcome ?? "") && anew.outcome !== state.outcome)
        mismatches.push(`${state.id}: kept as ${state.outcome}, judged anew ${anew.outcome}`);
    }
    const counts = kinds.get(state.kind) ?? (Object.fromEntries(counted.map((name) => [name, 0])) as Counts);
    kinds.set(state.kind, counts);
    if (shown || clicks.length > 0) counts.shown++;
    if (used) counts.clicked++;
    if (state.status === "failed") counts.failed++;
    if (decides && state.outcome) counts[state.outcome]++;
  }
  const report = await acceptance(table, workspace, { from, to, by: "kind", settings, nowMs });
  if (report.simulated > 0)
    throw new Error(
      "The demo's simulated history is still there: remove it first, it has no records behind its closed days.",
    );
  for (const kind of new Set([...kinds.keys(), ...report.rows.map(({ key }) => key)])) {
    const row = report.rows.find(({ key }) => key === kind) as (Row & Counts) | undefined;
    for (const name of counted)
      if ((row?.[name] ?? 0) !== (kinds.get(kind)?.[name] ?? 0))
        mismatches.push(
          `${kind}.${name}: the report says ${row?.[name] ?? 0}, the records ${kinds.get(kind)?.[name] ?? 0}`,
        );
  }
  return {
    suggestions: states.length,
    messages: [...messages.values()].flat().length,
    from,
    to,
    byKind: Object.fromEntries(kinds),
    mismatches,
  };
}

/** Every item whose partition begins so. */
export async function scan(client: DynamoDBClient, prefix: string) {
  const db = DynamoDBDocumentClient.from(client);
  const items: ({ pk: string; sk: string } & Record<string, unknown>)[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const page = await db.send(
      new ScanCommand({ TableName: tableName, ConsistentRead: true, ...(start ? { ExclusiveStartKey: start } : {}) }),
    );
    items.push(...((page.Items ?? []) as typeof items).filter(({ pk }) => pk.startsWith(prefix)));
    start = page.LastEvaluatedKey;
  } while (start);
  return items;
}
