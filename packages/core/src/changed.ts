/** A draft that rests on an article which changed, was removed or has expired must say so before a rep sends it. */
import type { Channel } from "./channel/port.ts";
import { addDays, dayOf } from "./settings.ts";
import { listArticles } from "./store/articles.ts";
import * as keys from "./store/keys.ts";
import type { Item, Table } from "./store/port.ts";
import { broadcast } from "./store/presence.ts";
import { unpack } from "./store/row.ts";
import { suggestionKey } from "./store/suggestion-id.ts";
import { changeState, read } from "./store/suggestions.ts";
import { isOpen, view } from "./suggestion.ts";

export type Deps = { table: Table; channel: Channel; now: () => number };

export const flag = "article_changed";

/** A suggestion that nobody has decided for so long is nobody's next reply. */
const openDays = 7;

/** Marks the open suggestions that cite one of the articles, and tells whoever watches. Again and again without harm. Gives their ids. */
export async function flagDrafts(
  { table, channel, now }: Deps,
  workspace: string,
  articles: string[],
  timeZone: string,
): Promise<string[]> {
  const touched = new Set(articles);
  const today = dayOf(now(), timeZone);
  const ids: string[] = [];
  for (let back = 0; back < openDays; back++)
    for (const row of await rows(table, workspace, addDays(today, -back)))
      if (
        row.status === "ready" &&
        !row.outcome &&
        row.kind !== "summary" &&
        row.articles.some((id) => touched.has(id))
      )
        ids.push(row.id);
  const flagged: string[] = [];
  for (const id of ids) if (await flagOne({ table, channel, now }, workspace, id)) flagged.push(id);
  return flagged;
}

async function flagOne({ table, channel, now }: Deps, workspace: string, id: string): Promise<boolean> {
  const whole = await read(table, workspace, id);
  if (!whole?.text || !isOpen(whole.state)) return false;
  const { text } = whole;
  if (!text.flags.some(({ code }) => code === flag))
    // The version stays: it is the run's that wrote the text, and no run is left.
    await table.put(
      { ...suggestionKey(workspace, id, "text"), ...text, flags: [...text.flags, { code: flag }] } as unknown as Item,
      { rev: text.rev ?? 0 },
    );
  const state = await changeState(table, workspace, id, (old) =>
    isOpen(old) && !old.flags.includes(flag) ? { ...old, flags: [...old.flags, flag] } : undefined,
  );
  if (!state) return false;
  const fresh = await read(table, workspace, id);
  if (fresh)
    await broadcast(
      table,
      channel,
      workspace,
      { type: "suggestion", conversationId: state.conversationId, suggestion: view(fresh) },
      now(),
    );
  return true;
}

async function rows(table: Table, workspace: string, day: string) {
  const found = [];
  let after: string | undefined;
  do {
    const page = await table.index({ gpk: keys.suggestionsOfDay(workspace, day), ...(after ? { after } : {}) });
    found.push(...page.rows.map(({ row }) => unpack(row)));
    after = page.next;
  } while (after);
  return found;
}

/** Articles whose last day was yesterday or the day before: looked for once an hour, so that none is missed. */
export async function expired(table: Table, workspace: string, today: string): Promise<string[]> {
  const since = addDays(today, -2);
  return (await listArticles(table, workspace))
    .filter(({ validTo }) => validTo && validTo.slice(0, 10) < today && validTo.slice(0, 10) >= since)
    .map(({ id }) => id);
}
