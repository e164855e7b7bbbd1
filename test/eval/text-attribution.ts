/** Whether the fate of a draft is told right, on real replies with edits of known size, and on unrelated real replies. */
import { join } from "node:path";
import { compare } from "../../packages/core/src/text.ts";
import { dice, rows } from "./text-rows.ts";

type Ranked = { id: string; tasks?: string[]; candidates: string[]; gold: number | string };
type Pair = { tasks: string[]; reply: string; from_suggestion?: boolean };
type Kind = "accepted" | "edited" | null;
type Case = { name: string; draft: string; sent: string; clicked: boolean; truth: Kind };

const wordsOf = (text: string) => text.toLowerCase().match(/[\p{L}\p{N}\p{M}']+/gu) ?? [];

/** Real replies that a person typed, by topic: STAR's tasks, DSTC11's one domain. */
function replies(dataDir: string): Map<string, string[]> {
  const topics = new Map<string, string[]>();
  const put = (topic: string, text: string) => topics.set(topic, [...(topics.get(topic) ?? []), text]);
  // Those the operator picked from a list are templates: two fillings of one are not unrelated.
  for (const { tasks, reply, from_suggestion } of rows<Pair>(join(dataDir, "star", "train_pairs.jsonl")))
    if (!from_suggestion) put(`star/${tasks[0]}`, reply);
  for (const row of rows<Ranked>(join(dataDir, "dstc11", "rank100.jsonl"))) {
    const gold = typeof row.gold === "number" ? row.candidates[row.gold] : row.gold;
    if (gold) put("dstc11", gold);
  }
  return topics;
}

/** How many different replies hold each three words in a row. */
function phrases(texts: string[]): Map<string, number> {
  const seen = new Map<string, number>();
  for (const text of new Set(texts)) for (const key of new Set(threes(text))) seen.set(key, (seen.get(key) ?? 0) + 1);
  return seen;
}
function threes(text: string): string[] {
  const list = wordsOf(text);
  return list.slice(2).map((_, at) => list.slice(at, at + 3).join(" "));
}
/**
 * Two uses of one canned reply or stock sentence are not unrelated, whoever sent them: most of the phrases that both share
 * stand in a further reply too ("Would you like me to book it for you?"), or the shorter text stands whole in the other.
 */
function canned(draft: string, sent: string, seen: Map<string, number>): boolean {
  const [a, b] = [wordsOf(draft).join(" "), wordsOf(sent).join(" ")];
  if (` ${a} `.includes(` ${b} `) || ` ${b} `.includes(` ${a} `)) return true;
  const other = new Set(threes(sent));
  const shared = [...new Set(threes(draft))].filter((key) => other.has(key));
  return shared.filter((key) => (seen.get(key) ?? 0) >= 3).length * 2 > shared.length;
}

function edits(draft: string, other: string, roll: () => number): Case[] {
  const list = draft.split(/\s+/);
  const made: Case[] = [];
  const add = (name: string, sent: string, truth: Kind, clicked = true, from = draft) =>
    made.push({ name, draft: from, sent, truth, clicked });
  const quote = "On Mon, 2 Mar 2026 at 10:12, Ada Byron <ada@example.com> wrote:\n> Hi,\n> where is my parcel?\n> Ada";
  const cut = Math.max(1, Math.floor(list.length / 2));
  // The same text.
  add("as it is", draft, "accepted", false);
  add("citations", draft, "accepted", false, `${draft} [1][2]`);
  add("quoted mail below", `${draft}\n\n${quote}`, "accepted", false);
  add(
    "German quote below",
    `${draft}\n\nAm 02.03.2026 um 10:12 schrieb Ada Byron <ada@example.com>:\n> Hallo,\n> wo ist mein Paket?`,
    "accepted",
    false,
  );
  add(
    "Outlook's quote below",
    `${draft}\n\n-----Original Message-----\nFrom: Ada Byron <ada@example.com>\nSent: Monday\nSubject: Parcel\n\nWhere is it?`,
    "accepted",
    false,
  );
  add("signature", `${draft}\n\n-- \nSam Miller\nCustomer Care\n+44 20 7946 0000`, "accepted", false);
  add("regards", `${draft}\n\nBest regards,\nSam Miller`, "accepted", false);
  add("from a phone", `${draft}\n\nSent from my iPhone`, "accepted", false);
  add("smart quotes", draft.replace(/'/g, "\u2019").replace(/"([^"]*)"/g, "\u201c$1\u201d"), "accepted", false);
  add("broken lines", `${list.slice(0, cut).join(" ")}\r\n${list.slice(cut).join(" ")}\r\n`, "accepted", false);
  add("no-break spaces", list.join("\u00a0"), "accepted", false);
  add("decomposed", draft.normalize("NFD"), "accepted", false);
  add("bold", `${list.slice(0, cut).join(" ")} **${list.slice(cut).join(" ")}**`, "accepted", false);
  add("HTML", `<p>${list.slice(0, cut).join(" ")} <b>${list.slice(cut).join(" ")}</b></p>`, "accepted", false);
  // Edits, as a share of words that by construction stay in runs of three and more.
  if (list.length >= 8) {
    add("greeting", `Hello Ada,\n\n${draft}`, "edited");
    add("greeting and regards", `Hi Ada,\nthanks for reaching out!\n\n${draft}\n\nKind regards,\nSam`, "edited", false);
    add("sentence added", `${draft} Let me know whenever something else comes up, Ada.`, "edited", false);
    const at = 3 + Math.floor(roll() * (list.length - 6));
    add("a word replaced", list.map((word, i) => (i === at ? "zinnia" : word)).join(" "), "edited");
    add("a word dropped", list.filter((_, i) => i !== at).join(" "), "edited");
    add("the first half alone", list.slice(0, cut).join(" "), "edited");
    add("the second half, own words before", `${other} ${list.slice(cut).join(" ")}`, "edited");
    const tail = Math.ceil(list.length * 0.7);
    add(
      "the last third replaced, no click",
      `${list.slice(0, tail).join(" ")} ${other}`,
      tail >= 8 ? "edited" : null,
      false,
    );
    if (list.length >= 14) {
      const every = 5;
      add(
        "each fifth word replaced",
        list.map((word, i) => (i % every === every - 1 ? `zinnia${i}` : word)).join(" "),
        "edited",
      );
    }
    // Too little left.
    if (list.length >= 20) {
      const rest = list.slice(0, 3).join(" ");
      add("three words left", `${rest} ${"zinnia aster dahlia ".repeat(6)}`, null);
    }
    add("every third word replaced", list.map((word, i) => (i % 3 === 2 ? `zinnia${i}` : word)).join(" "), null);
  }
  return made;
}

export function attribution(dataDir: string, limit = 400) {
  const topics = replies(dataDir);
  const roll = dice(7);
  const pick = <Item>(list: Item[]) => list[Math.floor(roll() * list.length)]!;
  const names = [...topics.keys()].sort();
  if (names.length === 0) return null;
  const byEdit: Record<string, { n: number; correct: number }> = {};
  const wrong: (Case & { found: Kind; retained: number })[] = [];
  let [n, correct] = [0, 0];
  const judge = (each: Case) => {
    const { kind, retained } = compare(each.draft, each.sent, { clicked: each.clicked });
    const row = byEdit[each.name] ?? { n: 0, correct: 0 };
    byEdit[each.name] = row;
    row.n++;
    n++;
    if (kind === each.truth) {
      row.correct++;
      correct++;
    } else wrong.push({ ...each, found: kind, retained });
  };
  const pool = names.flatMap((name) =>
    [...new Set(topics.get(name)!.map((text) => text.trim()))].map((text) => ({ name, text })),
  );
  for (let i = 0; i < limit; i++) {
    const { text } = pick(pool);
    if (wordsOf(text).length < 3) continue;
    const other = pick(pool).text;
    for (const each of edits(text, other, roll)) judge(each);
  }
  // Two replies of one topic that are not the same text.
  const seen = phrases(pool.map(({ text }) => text));
  const count = {
    pairs: 0,
    above: 0,
    cannedAbove: 0,
    aboveWithoutClick: 0,
    short: 0,
    shortAbove: 0,
    shortCannedAbove: 0,
  };
  const falsePositives: { draft: string; sent: string; retained: number }[] = [];
  for (let i = 0; i < 40 * limit; i++) {
    const { name, text } = pick(pool);
    const sent = pick(topics.get(name)!).trim();
    if (wordsOf(text).join(" ") === wordsOf(sent).join(" ")) continue;
    const { kind, retained } = compare(text, sent, { clicked: true });
    const short = wordsOf(text).length < 8;
    count[short ? "short" : "pairs"]++;
    n++;
    if (compare(text, sent, { clicked: false }).kind !== null) count.aboveWithoutClick++;
    if (kind === null) {
      correct++;
      continue;
    }
    count[short ? "shortAbove" : "above"]++;
    if (canned(text, sent, seen)) {
      count[short ? "shortCannedAbove" : "cannedAbove"]++;
      n--;
    } else if (!short) falsePositives.push({ draft: text, sent, retained });
  }
  const perThousand = (part: number, of: number) => (1_000 * part) / Math.max(1, of);
  return {
    n,
    correct: correct / n,
    byEdit,
    unrelated: count,
    /** Drafts of eight words and more after a click, canned texts aside. */
    falsePositivesPerThousand: perThousand(count.above - count.cannedAbove, count.pairs),
    /** The same with canned texts counted as unrelated. */
    withCannedPerThousand: perThousand(count.above, count.pairs),
    /** Drafts below eight words: three words in common are soon a third of them. */
    shortPerThousand: perThousand(count.shortAbove - count.shortCannedAbove, count.short),
    withoutClickPerThousand: perThousand(count.aboveWithoutClick, count.pairs + count.short),
    ...speed(
      pool.map(({ text }) => text),
      roll,
    ),
    wrong,
    falsePositives,
  };
}

/** `compare` on two texts of 2,000 characters that share about half, in ms, each the best of three. */
function speed(texts: string[], roll: () => number) {
  const long = (from: number) => {
    let out = "";
    for (let i = from; out.length < 2_000; i++) out += `${texts[i % texts.length]} `;
    return out.slice(0, 2_000);
  };
  const times: number[] = [];
  for (let i = 0; i < 300; i++) {
    const from = Math.floor(roll() * texts.length);
    const [draft, sent] = [long(from), long(from + 8)];
    // The best of three: other work on the machine is not what is asked about.
    let best = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 3; round++) {
      const started = performance.now();
      compare(draft, sent, { clicked: true });
      best = Math.min(best, performance.now() - started);
    }
    if (i >= 50) times.push(best);
  }
  times.sort((a, b) => a - b);
  return { p50Ms: times[Math.floor(times.length / 2)]!, p95Ms: times[Math.floor(times.length * 0.95)]! };
}
