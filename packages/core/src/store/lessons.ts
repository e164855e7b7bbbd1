/**
 * What decisions taught: one small item a suggestion, newest last, and a mark that something is new. Templates only: whoever
 * writes here has taken personal data out.
 */
import * as keys from "./keys.ts";
import { change, live, type Stored, type Table } from "./port.ts";

export type Lesson = {
  /** The conversation before the reply, as the lookup's `questionText` gives it. */
  question: string;
  /** What the rep sent; absent where something was refused. */
  reply?: string;
  language?: string;
  /** The articles it cites. */
  articles: string[];
  /** Above zero: used; below: refused. -1..1 */
  weight: number;
  /** Whose conversation it was, hashed: what only one customer was ever told is nobody else's to read. */
  from: string;
  /** Who sent the reply, hashed in the same way: a rep finds the own ones by it, and nobody else's. */
  by?: string;
};
/** Whose words they are, in a form that cannot be read back: an erasure finds them by it, nobody else a person. */
export const fromOf = (workspace: string, id: string) => keys.sha256(`${workspace}\n${id}`).slice(0, 16);

type LessonItem = Stored & Lesson & { order: number };

/** The newest that are read back; older ones wait for their end in the table. */
export const maxLessons = 10_000;
/** Seconds. Wording and policies change; a year has every season. */
const keepSeconds = 400 * 86_400;

const changedKey = (workspace: string) => ({ pk: keys.examplesPk(workspace), sk: "CHANGED" });
const builtKey = (workspace: string) => ({ pk: keys.examplesPk(workspace), sk: "BUILT" });

/** `order` only rises, as a decision does: a late or repeated job changes nothing. */
export async function putLesson(
  table: Table,
  workspace: string,
  of: { id: string; createdAt: string; order: number },
  lesson: Lesson,
  nowMs: number,
): Promise<boolean> {
  const key = keys.lesson(workspace, of.createdAt, of.id);
  const { changed } = await change<LessonItem>(table, key, (old) =>
    old && old.order >= of.order
      ? undefined
      : { ...key, v: 1, ...lesson, order: of.order, expiresAt: Math.floor(nowMs / 1_000) + keepSeconds },
  );
  if (changed) await markChanged(table, workspace, `${nowMs} ${of.id} ${of.order}`);
  return changed;
}

/** Newest first. */
export async function listLessons(table: Table, workspace: string, nowMs: number): Promise<Lesson[]> {
  const items = (await table.query({
    pk: keys.examplesPk(workspace),
    prefix: "SENT#",
    descending: true,
    limit: maxLessons,
    consistent: false,
  })) as unknown as LessonItem[];
  return items.filter((item) => live(item, nowMs) && item.weight !== 0);
}

/** Of a rep's own replies as many are looked for among the newest lessons of all, and so many shown. */
const ownLooked = 2_000;
const ownShown = 50;

export type OwnLesson = { id: string; at: string; question: string; reply: string; articles: string[] };

/** What a rep's own replies taught, the newest first. `by` as in the lesson. */
export async function ownLessons(table: Table, workspace: string, by: string, nowMs: number): Promise<OwnLesson[]> {
  const items = (await table.query({
    pk: keys.examplesPk(workspace),
    prefix: "SENT#",
    descending: true,
    limit: ownLooked,
    consistent: false,
  })) as unknown as LessonItem[];
  return items
    .flatMap((item) => {
      if (item.by !== by || !item.reply || !live(item, nowMs)) return [];
      const [, at = "", hash = ""] = item.sk.split("#");
      return [{ id: `${at}~${hash}`, at, question: item.question, reply: item.reply, articles: item.articles }];
    })
    .slice(0, ownShown);
}

/** Above any decision: what was taken out is not taught again by one that comes late. */
const never = 1_000;

/** Takes the words out for good. Drafts go by them until the indexes are made anew, an hour at most. False where it is not the own one. */
export async function takeOut(
  table: Table,
  workspace: string,
  id: string,
  by: string,
  nowMs: number,
): Promise<boolean> {
  const key = { pk: keys.examplesPk(workspace), sk: `SENT#${id.replace("~", "#")}` };
  const { changed } = await change<LessonItem>(table, key, (old) => {
    if (old?.by !== by || old.weight === 0 || !live(old, nowMs)) return undefined;
    const { reply: _reply, ...rest } = old;
    return { ...rest, question: "", articles: [], weight: 0, order: never };
  });
  if (changed) await markChanged(table, workspace, `${nowMs} ${id} taken out`);
  return changed;
}

export async function removeLesson(table: Table, workspace: string, of: { id: string; createdAt: string }) {
  const gone = await table.remove(keys.lesson(workspace, of.createdAt, of.id));
  if (gone) await markChanged(table, workspace, `${of.id} removed`);
}

/** Says that the indexes are behind. What it says is only compared, never read. */
export async function markChanged(table: Table, workspace: string, what: string): Promise<void> {
  await table.put({ ...changedKey(workspace), v: 1, what: keys.sha256(what) });
}

/** The mark to hand to `markBuilt` after building, or undefined when all is built in already. Read before the sources. */
export async function unbuilt(table: Table, workspace: string): Promise<string | undefined> {
  const [changed, built] = await Promise.all([table.get(changedKey(workspace)), table.get(builtKey(workspace))]);
  return changed && changed.what !== built?.what ? String(changed.what) : undefined;
}
export const markBuilt = (table: Table, workspace: string, what: string) =>
  table.put({ ...builtKey(workspace), v: 1, what });
