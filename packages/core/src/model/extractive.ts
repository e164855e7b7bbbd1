/**
 * The embedded engine: no language model. A draft is the nearest reply this team has sent, or what the passages say, in
 * a reply's form; never a sentence that stands in no source, greeting and closing apart.
 */

import { isFromCustomer, isReply } from "../conversation.ts";
import type { Message } from "../event.ts";
import { sentencesOf } from "../policy.ts";
import type { Flag } from "../protocol.ts";
import { summary } from "./digest.ts";
import { dressed, firstName, reformed } from "./form.ts";
import { phrasesFor } from "./phrases.ts";
import type { Model, Source, Task } from "./port.ts";
import { type Piece, select } from "./select.ts";

export const engine = "embedded";
const version = "extractive-3";

/**
 * From here a past reply is used whole; below, the passages speak. `usual`: the chance that this very reply would have been sent,
 * `near`: the cosine of the talks. On real dialogues two of three such drafts were then sent as they were; see docs/evaluation.md.
 */
const enough = { usual: 0.6, near: 0.7 };

export const extractiveModel: Model = {
  engine,
  promptVersion: version,
  abstains: (task) => compose(task).text === "",
  async *write(task, signal) {
    signal.throwIfAborted();
    const { text, flags } = compose(task);
    if (flags.length > 0) yield { flags };
    yield { text };
  },
};

export function compose(task: Task): { text: string; flags: Flag[] } {
  const made =
    task.kind === "summary"
      ? { text: summary(task), flags: [] }
      : task.kind === "rewrite"
        ? rewrite(task)
        : task.kind === "answer"
          ? answer(task)
          : draft(task);
  return { text: made.text, flags: [{ code: "no_model" }, ...made.flags] };
}

function draft(task: Task): { text: string; flags: Flag[] } {
  const quotable = task.sources.filter(({ internal }) => !internal);
  const past = pastReply(task);
  if (past) return { text: cite(reformed(task, past), quotable), flags: [] };
  const pieces = spoken(task, quotable);
  if (pieces.length === 0) return { text: "", flags: [{ code: "no_policy" }] };
  const body = pieces.map(({ source, sentences }) => `${sentences.join(" ")} [${source.n}]`).join("\n\n");
  const foreign = pieces.some(({ source }) => isForeign(source, task));
  return { text: dressed(task, body), flags: foreign ? [{ code: "other_language" }] : [] };
}

/** The likeliest reply whose every blank can be filled, and that was not sent in this conversation already. */
function pastReply(task: Task): string | undefined {
  const said = new Set(task.messages.filter(isReply).map(({ text }) => plain(text)));
  const usable = task.examples
    .filter(({ example }) => !example.language || !task.language || sameLanguage(example.language, task.language))
    .map((near) => ({ ...near, filled: fill(near.example.reply, task) }))
    .filter(({ filled }) => !/\{[a-z_]+\}/i.test(filled) && !said.has(plain(filled)));
  const found =
    usable.find(({ chance = 0 }) => chance >= enough.usual) ?? usable.find(({ score }) => score >= enough.near);
  return found?.filled;
}

/** Passages in the customer's language, if there are any. */
function spoken(task: Task, quotable: Source[]): Piece[] {
  const own = quotable.filter((source) => !isForeign(source, task));
  const customer = task.messages.filter(isFromCustomer);
  const lastReply = task.messages.findLastIndex(isReply);
  const open = task.messages.slice(lastReply + 1).filter(isFromCustomer);
  const asked = open.length > 0 ? open : customer.slice(-1);
  const text = (messages: Message[]) => messages.map((message) => message.text.slice(0, 4_000)).join("\n");
  return select(own.length > 0 ? own : quotable, {
    question: text(asked),
    before: text(customer.slice(0, -asked.length).slice(-3)),
    said: text(task.messages.filter(isReply)),
    language: task.language,
  });
}

const isForeign = ({ language }: Source, task: Task) =>
  language !== undefined && task.language !== undefined && !sameLanguage(language, task.language);

/** Sentences of a past reply that a passage says word for word get its number. */
function cite(text: string, sources: Source[]): string {
  const known = sources.map(({ n, text: said }) => ({ n, said: plain(said) }));
  return text
    .split("\n")
    .map((line) =>
      sentencesOf(line)
        .map((sentence, i, all) => {
          const source = plain(sentence).length < leastCited ? undefined : of(plain(sentence));
          const next = all[i + 1] === undefined ? undefined : of(plain(all[i + 1]!));
          // One number behind the last of several sentences from one passage.
          if (source === undefined || source === next) return sentence;
          return `${sentence} [${source}]`;
        })
        .join(" "),
    )
    .join("\n");

  function of(sentence: string): number | undefined {
    return known.find(({ said }) => said.includes(sentence))?.n;
  }
}
const plain = (words: string) => words.replace(/\s+/g, " ").trim().toLowerCase();
/** Characters: "Thank you." stands in many passages and rests on none. */
const leastCited = 20;

const sameLanguage = (a: string, b: string) => a.split("-")[0] === b.split("-")[0];

/** Puts this customer's facts into a template's blanks; what is not known stays a blank. */
function fill(template: string, task: Task): string {
  const said = task.messages
    .filter(isFromCustomer)
    .map(({ text }) => text)
    .join("\n");
  const order =
    /(?<![\w-])(?!\d{4}-\d\d-\d\d)(?=[A-Z0-9-]*\d)[A-Z]{0,4}-?\d{4,12}(?:-[A-Z0-9]{1,12}){0,3}(?![\w-])/.exec(
      said,
    )?.[0];
  return template
    .replaceAll("{name}", task.customerName ? firstName(task.customerName) : "{name}")
    .replaceAll("{order}", order ?? "{order}")
    .replaceAll("{rep}", task.repName ?? "{rep}");
}

function answer(task: Task): { text: string; flags: Flag[] } {
  const found = task.sources.slice(0, 3);
  if (found.length === 0) return { text: phrasesFor(task.language).nothing, flags: [{ code: "no_policy" }] };
  return { text: found.map((source) => `${source.sentence || source.text} [${source.n}]`).join("\n"), flags: [] };
}

/** Without a model only the length can be changed honestly: whole sentences are left out, none is reworded. */
function rewrite(task: Task): { text: string; flags: Flag[] } {
  const base = task.base ?? "";
  if (!/short|kürz|bref|court|cort|kurz/i.test(task.instruction ?? ""))
    return { text: base, flags: [{ code: "unchanged" }] };
  const blocks = base.split(/\n{2,}/);
  const kept =
    blocks.length > 2
      ? [
          blocks[0]!,
          ...blocks
            .slice(1, -1)
            .filter((block) => /\[\d+\]/.test(block))
            .map(firstSentence),
          blocks.at(-1)!,
        ]
      : blocks.map(firstSentence);
  return { text: kept.join("\n\n"), flags: [] };
}

function firstSentence(block: string): string {
  const mark = /\s*(\[\d+\])\s*$/.exec(block);
  const [first] = /^.*?[.!?…。](?=\s|$)/su.exec(block) ?? [block];
  return mark && !first!.includes(mark[1]!) ? `${first} ${mark[1]}` : first!;
}
