/** Past conversations as replies to learn from, so that the first day is a good one. */

import { questionText } from "../lookup/replies.ts";
import type { PastReply } from "../teaching/past.ts";
import { formOf } from "../teaching/template.ts";

export type PastTurn = { author: "customer" | "rep" | "bot"; text: string };
/** `colleagues` are further reps who wrote in it. */
export type PastConversation = {
  id: string;
  turns: PastTurn[];
  customerName?: string;
  repName?: string;
  colleagues?: string[];
};

/** Shorter replies ("ok", "one moment") teach nothing that a draft could use. */
const leastWords = 3;

/** Every reply with the turns before it; personal data is out before anything is kept or sent. */
export function pastReplies(
  { id, turns, customerName, repName, colleagues = [] }: PastConversation,
  language?: string,
): PastReply[] {
  const people = {
    customer: customerName ? { names: [customerName] } : {},
    reps: [...(repName ? [repName] : []), ...colleagues],
  };
  const forms = turns.map(({ author, text }) => ({ author, text: formOf(text, people) }));
  return forms.flatMap(({ author, text }, i) => {
    const before = forms.slice(0, i);
    if (author !== "rep" || text.trim().split(/\s+/).length < leastWords) return [];
    if (!before.some((turn) => turn.author === "customer")) return [];
    return [
      {
        id: `${id}-${i}`.slice(0, 256),
        question: questionText({ turns: before }),
        reply: text.trim(),
        from: id,
        ...(language ? { language } : {}),
      },
    ];
  });
}
