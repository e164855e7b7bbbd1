/** Files of past conversations and saved replies: JSON lines (`.gz` too), or one JSON list. */
import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import { type PastConversation, pastReplies } from "@cuecard/core/import/history";
import type { Past } from "@cuecard/core/import/past";
import { detect } from "@cuecard/core/language";
import type { PastReply } from "@cuecard/core/teaching/past";
import * as z from "zod";

const Id = z.union([z.string(), z.number()]).transform(String);
const Dialogue = z.object({
  id: Id,
  agent: Id.optional(),
  customer: Id.optional(),
  language: z.string().optional(),
  events: z.array(
    z.object({
      t: z.number(),
      speaker: z.string().optional(),
      type: z.string().default("message"),
      text: z.string().optional(),
    }),
  ),
});
const Saved = z.object({
  id: Id.optional(),
  title: z.string().optional(),
  question: z.string().optional(),
  reply: z.string().min(1),
  language: z.string().optional(),
  articles: z.array(z.string()).optional(),
});

export type History = { conversations: (PastConversation & { language?: string })[]; saved: PastReply[] };

/** In the order of the file. Throws with the line for a line that is neither. */
export async function readHistory(file: string): Promise<History> {
  const bytes = await readFile(file);
  const text = (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes)
    .toString("utf8")
    .replace(/^\uFEFF/, "");
  const history: History = { conversations: [], saved: [] };
  for (const [value, place] of entries(text, file)) {
    const saved = Saved.safeParse(value);
    const dialogue = saved.success ? undefined : Dialogue.safeParse(value);
    if (saved.success) history.saved.push(savedReply(saved.data, history.saved.length));
    else if (dialogue?.success) history.conversations.push(conversation(dialogue.data));
    else {
      const issue = dialogue?.error?.issues[0];
      throw new Error(
        `${place}: neither a conversation nor a saved reply (${issue?.path.join(".")} ${issue?.message})`,
      );
    }
  }
  return history;
}

function* entries(text: string, file: string): Generator<[value: unknown, place: string]> {
  if (/^\s*\[/.test(text)) {
    for (const [n, value] of (JSON.parse(text) as unknown[]).entries()) yield [value, `${file}, entry ${n + 1}`];
    return;
  }
  for (const [n, line] of text.split("\n").entries()) {
    if (!line.trim()) continue;
    const place = `${file}, line ${n + 1}`;
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      throw new Error(`${place}: not JSON`);
    }
    yield [value, place];
  }
}

/** Where no name is told, the field holds a number; one without digits is a name. */
const nameIn = (value: string | undefined) => (value && /^\p{L}[\p{L}\p{M} .'’-]*$/u.test(value) ? value : undefined);

function conversation({
  id,
  agent,
  customer,
  language,
  events,
}: z.infer<typeof Dialogue>): History["conversations"][number] {
  const turns = events
    .filter(
      ({ type, speaker, text }) =>
        type === "message" && (speaker === "customer" || speaker === "agent") && text?.trim(),
    )
    .map(({ speaker, text }) => ({
      author: speaker === "customer" ? ("customer" as const) : ("rep" as const),
      text: text!,
    }));
  const found = language ?? languageOf(turns);
  const [customerName, repName] = [nameIn(customer), nameIn(agent)];
  return {
    id,
    turns,
    ...(customerName ? { customerName } : {}),
    ...(repName ? { repName } : {}),
    ...(found ? { language: found } : {}),
  };
}

function languageOf(turns: PastConversation["turns"]): string | undefined {
  const found = detect(
    turns
      .map(({ text }) => text)
      .join("\n")
      .slice(0, 2_000),
  );
  return found?.sure ? found.language : undefined;
}

/** What a helpdesk's API gave, as what a file gives. */
export const historyOf = ({ conversations, saved }: Past): History => ({
  conversations: conversations.map((one) => {
    const language = languageOf(one.turns);
    return language ? { ...one, language } : one;
  }),
  saved: saved.map(savedReply),
});

/** Helpdesks write blanks each in their own way; ours are `{name}`, and `{text}` for what a rep fills in. */
export const blanks = (text: string) =>
  text.replace(/\{\{[^{}]{0,100}\}\}|\{%[^%]{0,200}%\}|\[(?:customer |first |last )?name\]/gi, (blank) =>
    /name/i.test(blank) ? (/agent|current_user|assignee|rep\b/i.test(blank) ? "{rep}" : "{name}") : "{text}",
  );

function savedReply({ id, title, question, reply, language, articles }: z.infer<typeof Saved>, n: number): PastReply {
  const found = language ?? detect(reply)?.language;
  return {
    id: id ?? `saved-${n}`,
    question: question ?? title ?? reply,
    reply: blanks(reply),
    saved: true,
    ...(found ? { language: found } : {}),
    ...(articles ? { articles } : {}),
  };
}

export const repliesOf = ({ conversations, saved }: History): PastReply[] => [
  ...saved,
  ...conversations.flatMap((one) => pastReplies(one, one.language)),
];
