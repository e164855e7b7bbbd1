/** Sends recorded dialogues through the signed webhook, as a helpdesk would, beside a sidebar that watches. */
import { randomUUID } from "node:crypto";
import type { Suggestion } from "@cuecard/core/protocol";
import type { Sender } from "../senders/sender.ts";
import type { Client, Sidebar } from "./client.ts";
import type { Dialogue } from "./dialogues.ts";

export type Tally = {
  sent: number;
  accepted: number;
  duplicates: number;
  lost: number;
  suggestions: Record<string, Record<string, number>>;
  decisions: Record<"accepted" | "edited" | "rejected" | "ignored", number>;
  latencyMs: { webhook: Percentiles; firstDraft: Percentiles };
};
export type Percentiles = { p50: number | null; p95: number | null; p99: number | null };

export type Deps = {
  workspace: string;
  hook: Client;
  rep: Client;
  sidebar: Sidebar;
  sender: Sender;
  progress: (done: number) => void;
};

type Sample = { webhook: number[]; firstDraft: number[] };
type Sent = { tally: Tally; sample: Sample };

/** How long a customer's turn may take before the replay goes on without its draft. */
const patienceMs = 60_000;

const empty = (): Tally => ({
  sent: 0,
  accepted: 0,
  duplicates: 0,
  lost: 0,
  suggestions: {},
  decisions: { accepted: 0, edited: 0, rejected: 0, ignored: 0 },
  latencyMs: { webhook: percentiles([]), firstDraft: percentiles([]) },
});

/** `speed`: how many times faster than recorded, or `max`: one dialogue after another, each step as soon as the one before is done. */
export async function replay(deps: Deps, dialogues: Dialogue[], speed: number | "max"): Promise<Tally> {
  const sent: Sent = { tally: empty(), sample: { webhook: [], firstDraft: [] } };
  let done = 0;
  const one = async (dialogue: Dialogue) => {
    await play(deps, dialogue, speed, sent);
    deps.progress(++done);
  };
  if (speed === "max") for (const dialogue of dialogues) await one(dialogue);
  else await Promise.all(dialogues.map(one));
  sent.tally.latencyMs = { webhook: percentiles(sent.sample.webhook), firstDraft: percentiles(sent.sample.firstDraft) };
  return sent.tally;
}

async function play(deps: Deps, { id, steps }: Dialogue, speed: number | "max", sent: Sent): Promise<void> {
  const { sidebar } = deps;
  const startedAt = Date.now();
  const length = steps.at(-1)?.offsetMs ?? 0;
  sidebar.send({ action: "watch", conversationId: id });
  const of = (kind?: string) =>
    [...sidebar.suggestions.values()].filter((one) => one.conversationId === id && (!kind || one.kind === kind));
  const shown = new Set<string>();
  const messageIds: string[] = [];
  let open: { postedAt: number; before: Set<string> } | undefined;

  for (const { offsetMs, event, by } of steps) {
    if (speed !== "max") await sleep(startedAt + offsetMs / speed - Date.now());
    // The dialogue ends now: its times are as far apart as they were.
    const at = new Date(speed === "max" ? startedAt - length + offsetMs : startedAt + offsetMs / speed).toISOString();
    const made = event(at);
    if (by !== "customer") await markShown(deps, of("draft"), shown);
    if (by === "customer") open = { postedAt: performance.now(), before: new Set(of().map((one) => one.id)) };
    await post(deps, made, sent);
    if (made.type === "message.created") messageIds.push(made.message.id);
    if (by === "customer" && open) {
      const { before, postedAt } = open;
      const waited = speed === "max" ? await sidebar.until(() => finished(of(), before), patienceMs) : undefined;
      if (waited?.kind === "draft") note(sent.sample.firstDraft, sidebar.firstText.get(waited.id), postedAt);
      else if (speed !== "max")
        void sidebar
          .until(() => of("draft").find((one) => !before.has(one.id) && one.text), patienceMs)
          .then((draft) => draft && note(sent.sample.firstDraft, sidebar.firstText.get(draft.id), postedAt));
    }
  }
  await finish(deps, id, of, messageIds, sent);
  sidebar.send({ action: "unwatch", conversationId: id });
  for (const one of of()) sidebar.suggestions.delete(one.id);
}

/** The turn is worked off: its draft has an end, or the summary says that none comes. */
function finished(all: Suggestion[], before: Set<string>): Suggestion | undefined {
  const fresh = all.filter((one) => !before.has(one.id) && one.status !== "streaming");
  const draft = fresh.find(({ kind }) => kind === "draft");
  const summary = fresh.find(({ kind }) => kind === "summary");
  return summary && (draft ?? (summary.flags.some(({ code }) => code === "no_draft") ? summary : undefined));
}

/** A reply counts as an answer to what was seen: the server must have noted it first. */
async function markShown({ sidebar, rep }: Deps, drafts: Suggestion[], shown: Set<string>): Promise<void> {
  for (const { id, status, text } of drafts) {
    if (status !== "ready" || !text || shown.has(id)) continue;
    shown.add(id);
    sidebar.send({ action: "shown", suggestionId: id });
    for (let look = 0; look < 200; look++) {
      const { json } = await rep("GET", `/api/suggestions/${encodeURIComponent(id)}`);
      if (json.shownAt) break;
      await sleep(5);
    }
  }
}

async function post(
  { workspace, hook, sender }: Deps,
  event: Parameters<Sender["build"]>[0],
  { tally, sample }: Sent,
): Promise<void> {
  const request = sender.build(event, { nowMs: Date.now(), deliveryId: randomUUID() });
  if (!request) return;
  const began = performance.now();
  tally.sent++;
  const { status, json } = await hook("POST", `/webhooks/${workspace}${request.path}`, {
    raw: request.body,
    headers: request.headers,
  });
  sample.webhook.push(performance.now() - began);
  if (status !== 202) tally.lost++;
  else if (json.status === "duplicate") tally.duplicates++;
  else tally.accepted++;
}

/** Waits until every reply has been judged, counts what became of everything, and looks whether every message is there. */
async function finish(
  { sidebar, rep }: Deps,
  id: string,
  of: (kind?: string) => Suggestion[],
  messageIds: string[],
  { tally }: Sent,
): Promise<void> {
  await sidebar.until(() => (of().every(({ status }) => status !== "streaming") ? true : undefined), patienceMs);
  const { json } = await rep("GET", `/api/conversations/${encodeURIComponent(id)}`);
  const stored = new Set(((json.messages ?? []) as { id: string }[]).map((message) => message.id));
  // A helpdesk's own form may rename a message; then only the number can be compared.
  const missing = messageIds.filter(
    (message) => ![...stored].some((one) => one === message || one.endsWith(message)),
  ).length;
  tally.lost += stored.size >= messageIds.length ? 0 : missing;
  for (const { id: suggestionId, kind } of of()) {
    const final = await settled(rep, suggestionId);
    const state = String(final.status);
    const states = tally.suggestions[kind] ?? {};
    tally.suggestions[kind] = { ...states, [state]: (states[state] ?? 0) + 1 };
    const outcome = String(final.outcome ?? "");
    if (outcome in tally.decisions) tally.decisions[outcome as keyof Tally["decisions"]]++;
  }
}

/** A draft's last word: asked again for a moment where the reply may still be on its way through the queue. */
async function settled(rep: Client, id: string): Promise<Record<string, unknown>> {
  let last: Record<string, unknown> = {};
  for (let look = 0; look < 8; look++) {
    last = (await rep("GET", `/api/suggestions/${encodeURIComponent(id)}`)).json;
    if (last.kind !== "draft" || last.outcome || last.status === "failed" || last.text === "") break;
    await sleep(25);
  }
  return last;
}

const note = (sample: number[], at: number | undefined, since: number) =>
  void (at !== undefined && at >= since && sample.push(at - since));
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));

export function percentiles(values: number[]): Percentiles {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) =>
    sorted.length === 0
      ? null
      : Math.round(sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)]! * 10) / 10;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}
