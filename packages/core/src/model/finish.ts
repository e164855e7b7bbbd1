/** What a rep gets of a model's words: only numbers given in this run resolve, foreign links and leaked text are out, what no source says is marked. */
import { plainMarks, safeLinks, supporter, visible, withoutLeaks } from "../guard.ts";
import type { Flag, Suggestion } from "../protocol.ts";
import { citationOf, type Model, type Task } from "./port.ts";

/** Characters of one message that vouch for figures in a draft: a pasted log must not slow each frame. */
const perMessage = 20_000;
const links = (text: string): string[] => text.match(/(?:https?:\/\/|www\.)\S+/g) ?? [];

/** Prepared once a run: frames come every 60 ms, and long conversations take a while to read. */
export function finisher({
  task,
  flags,
  model,
}: {
  task: Task;
  flags: Flag[];
  model: Pick<Model, "instructions">;
}): (raw: string, extra: Flag[], partial?: boolean) => Pick<Suggestion, "text" | "citations" | "flags"> {
  const known = new Map(task.sources.map((source) => [source.n, source]));
  const quotable = (n: number) => known.has(n) && (task.kind === "answer" || !known.get(n)!.internal);
  const own = [task.question, task.base, task.instruction].filter((text) => text !== undefined);
  const firm = task.messages.filter(({ author }) => author.kind === "rep").map(({ text }) => text);
  // What a customer or a bot wrote brings no link into a draft: it would be sent on with the firm's name under it.
  const allowed = [
    ...task.sources.flatMap((source) => [...(source.url ? [source.url] : []), ...(source.links ?? links(source.text))]),
    ...[...firm, ...own].flatMap(links),
  ];
  const said = task.messages.map(({ text }) => text.slice(0, perMessage));
  const passages = task.sources.map(({ title, text }) => `${title}\n${text}`);
  const clean = withoutLeaks(
    {
      instructions: model.instructions ?? [],
      others: task.examples.map(({ example }) => customersWords(example.question)),
    },
    [...passages, ...said, ...own, ...task.examples.map(({ example }) => example.reply)],
  );
  const unsupported = supporter([...passages, ...said, ...own, task.customerName ?? ""]);
  return (raw, extra, partial = false) => {
    // Links first, while they are whole.
    const safe = safeLinks(visible(raw), allowed);
    const { text: told, cut } = clean(safe.text);
    const text = plainMarks(told)
      .replace(/[^\S\n]?\[(\d{1,3})\]/g, (mark: string, n: string) => (quotable(Number(n)) ? mark : ""))
      .trim();
    const cited = [...new Set([...text.matchAll(/\[(\d{1,3})\]/g)].map((match) => Number(match[1])))].sort(
      (a, b) => a - b,
    );
    return {
      text,
      citations: cited.map((n) => citationOf(known.get(n)!)),
      flags: [
        ...flags,
        ...extra.filter(({ code }) => !flags.some((flag) => flag.code === code)),
        ...(cut ? [{ code: "cut" }] : []),
        // In the middle of its writing a good address is not yet one.
        ...(safe.cut && !partial ? [{ code: "link_cut" }] : []),
        ...(task.kind === "summary" ? [] : unsupported(text)),
      ],
    };
  };
}

/** A kept question's lines of the customer; "> " begins what the rep said, which may well be said again. */
const customersWords = (question: string) =>
  question
    .split("\n")
    .filter((line) => !line.startsWith("> "))
    .join("\n");
