/** The embedded summary: what was asked, promised, done and is open, in the words of who said it, cut. */
import { isFromCustomer, isReply } from "../conversation.ts";
import type { Message } from "../event.ts";
import { sentencesOf } from "../policy.ts";
import { withoutForm } from "./form.ts";
import { phrasesFor } from "./phrases.ts";
import type { Task } from "./port.ts";
import { promises } from "./promises.ts";

/** Characters of a line: three such lines are read at a glance. */
const most = 110;
/** A question this short ("Why?") tells nothing without the sentence before it. */
const bare = 36;
/** "What a lovely idea." is nothing done. */
const least = 24;

/** At most four lines; the sidebar shows three until it is opened, so what binds the rep stands before what is done. */
export function summary(task: Task): string {
  const words = phrasesFor(task.language).summary;
  const asked = task.messages.filter(isFromCustomer);
  const replied = task.messages.filter(isReply);
  const bot = task.messages.filter(({ author }) => author.kind === "bot");
  const unanswered = task.messages.slice(task.messages.findLastIndex(isReply) + 1).filter(isFromCustomer);
  // A bot's answer ends no turn, but what was said after it is what the customer wants now.
  const after = task.messages.slice(task.messages.findLastIndex((message) => !isFromCustomer(message)) + 1);
  const open = after.length > 0 ? after : unanswered;
  const first = gist(asked.slice(0, runOf(task.messages)));
  const now = gist(open);
  const promised = lastPromise(replied.length > 0 ? replied : bot);
  const done = replied.length > 0 ? deed(replied.at(-1)!, promised) : "";
  const waiting = open.length === 0 && replied.length > 0 ? request(replied.at(-1)!) : "";
  const said = bot.length > 0 && replied.length === 0 ? deed(bot.at(-1)!, promised) : "";
  return [
    [words.asked, first],
    [words.promised, promised],
    [words.open, now === first ? "" : now],
    [words.waiting, waiting],
    [words.done, done],
    [words.bot, said],
  ]
    .filter(([, text]) => text)
    .slice(0, 4)
    .map(([label, text]) => `${label}: ${cut(text!)}`)
    .join("\n");
}

/** How many of the customer's messages stand before anybody answered. */
function runOf(messages: Message[]): number {
  const first = messages.findIndex(isFromCustomer);
  const end = messages.findIndex((message, at) => at > first && !isFromCustomer(message));
  return messages.slice(0, end < 0 ? messages.length : end).filter(isFromCustomer).length;
}

const isQuestion = (sentence: string) => /(?:[?？؟]|\p{sc=Greek};)["'”’»)\]]*\s*$/u.test(sentence);
const said = ({ text }: Message) =>
  sentencesOf(withoutForm(text.slice(0, 4_000)))
    .map((sentence) => sentence.replace(/\s+/g, " ").trim())
    .filter((sentence) => /\p{L}/u.test(sentence));

/** The last question and, where it is short, the sentence before or behind it; without any, the longest of the first three sentences. */
function gist(messages: Message[]): string {
  const sentences = messages.flatMap(said);
  const at = sentences.findLastIndex((sentence) => isQuestion(sentence) && sentence.length >= bare);
  const question = at >= 0 ? at : sentences.findLastIndex(isQuestion);
  if (question < 0) return sentences.slice(0, 3).sort((a, b) => b.length - a.length)[0] ?? "";
  const asked = sentences[question]!;
  const [before, behind] = [sentences[question - 1], sentences[question + 1]];
  const both = asked.length >= bare ? asked : before ? `${before} ${asked}` : behind ? `${asked} ${behind}` : asked;
  return both.length <= most ? both : asked;
}

/** The newest promise of all that was said: it binds until it is kept, and no text says whether it was. */
function lastPromise(messages: Message[]): string {
  for (const message of messages.toReversed()) {
    const promise = said(message).findLast(promises);
    if (promise) return promise;
  }
  return "";
}

/** What a reply told or did: its longest sentence that neither asks nor is the promise shown already. */
const deed = (message: Message, promised: string): string =>
  said(message)
    .filter(
      (sentence) => !isQuestion(sentence) && !asks.test(sentence) && sentence !== promised && sentence.length >= least,
    )
    .slice(0, 3)
    .sort((a, b) => b.length - a.length)[0] ?? "";

/** What a reply wants of the customer, where it ends so. */
const request = (message: Message): string =>
  said(message)
    .slice(-2)
    .findLast((sentence) => isQuestion(sentence) || asks.test(sentence)) ?? "";
const asks =
  /^(?:please|could you|can you|bitte |können sie|könnten sie|veuillez|merci de|pourriez|por favor|podría|puede |per favore|potrebbe|alstublieft|kunt u|proszę|prosimy|vänligen|vennligst|venligst|prosím|lütfen|пожалуйста|будь ласка|请|請)/iu;

/** At a blank where there is one near, never inside a sign of two units. */
function cut(text: string): string {
  if (text.length <= most) return text;
  const short = text.slice(0, most - 1).toWellFormed();
  const blank = short.lastIndexOf(" ");
  return `${(blank > most * 0.7 ? short.slice(0, blank) : short).trimEnd()}…`;
}
