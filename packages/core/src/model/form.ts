/** The form of a reply around what it says: who is greeted how, and what a text says without its greeting and closing. */
import { isReply } from "../conversation.ts";
import { phrasesFor } from "./phrases.ts";
import type { Task } from "./port.ts";

/** Words that open a message, with the name behind them. What follows the mark is said. */
const greeting =
  /^\s*(?:hello|hi|hiya|hey|dear|good (?:morning|afternoon|evening|day)|greetings|hallo|guten (?:tag|morgen|abend)|grüß gott|moin|servus|sehr geehrter?s?|liebe[rs]?|bonjour|bonsoir|salut|ch(?:er|ère)s?|hola|buen(?:os|as) (?:días|tardes|noches)|buen día|estimad[oa]s?|olá|oi|bom dia|boa (?:tarde|noite)|prezad[oa]s?|car[oa]s?|buongiorno|buonasera|salve|ciao|gentile|egregi[oa]|goede(?:morgen|middag|navond|ndag)|dag|beste|geachte|hej|hei|hejsan|hyvä|moi|god (?:dag|morgen|aften|kveld)|kjære|kære|bästa|dzień dobry|dobry wieczór|witam|cześć|szanown[aey]|dobrý (?:den|deň|večer)|vážen[áýí]|jó napot(?: kívánok)?|kedves|tisztelt|üdvözlöm|bună (?:ziua|seara)|stimate?|здравейте|добър ден|здравствуйте|добрый день|уважаем\p{L}+|вітаю|вітаємо|добрий день|добрый вечер|шановн\p{L}+|γεια(?: σας)?|καλημέρα|καλησπέρα|αγαπητ\p{L}+|поштован\p{L}+|здраво|добар дан|tere|lugupeetud|laba diena|sveiki|labdien|gerb\.|merhaba|iyi günler|sayın|مرحب[\p{L}\p{M}]*|أهلا|السلام عليكم|عزيز\p{L}*|שלום|سلام|नमस्ते|xin chào|chào|halo|selamat (?:pagi|siang|sore)|yth\.?|您好|你好|こんにちは|お客様|안녕하세요|เรียน|สวัสดี\p{L}*)(?![\p{L}\p{M}])(?: ?(?:[\p{Lu}\p{Lo}{][^\s,!:،，。.\n]{0,40}|there|all|team|mr\.?|mrs\.?|ms\.?|frau|herr|pani?|bey|hanım|und|and|bonne|journée)){0,5}\s*(?:[,!:،，。.：！]|\n|$)\s*/iu;

/** A line that closes, and what stands below it. */
const closing =
  /\n\s*(?:(?:with |mit )?(?:best|kind|kindest|warm|many|freundlichen?|besten?|viele[n]?|liebe[n]?|herzliche[n]?)?\s*(?:regards|wishes|grüßen?|grüsse)|sincerely|yours \p{L}+|cordialement|bien à vous|(?:un )?saludos?(?: cordial(?:es)?)?|un saludo|atentamente|cordiali saluti|distinti saluti|atenciosamente|cumprimentos|met vriendelijke groet(?:en)?|vänliga hälsningar|(?:med )?venn?lig hilsen|ystävällisin terveisin|z poważaniem|pozdrawiam|s pozdrave?o?m|üdvözlettel|cu stimă|с уважением|с уважение|з повагою|με εκτίμηση|saygılarımızla|срдачан поздрав|lugupidamisega|pagarbiai|ar cieņu|مع أطيب التحيات|trân trọng|salam hormat|此致)[^\n]{0,20}(?:\n[^\n]{0,60}){0,3}\s*$/iu;

/** What a message says, its greeting, its thanks for writing and its closing off. */
export function withoutForm(text: string): string {
  const rest = text.replace(greeting, "");
  const body = rest.replace(closing, "").trim();
  return body === "" ? text.trim() : rest === text ? body : capital(body);
}
const capital = (text: string) => text.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase());

const greets = (text: string): boolean => greeting.test(text);
const closes = (text: string): boolean => closing.test(text);

/** By the helpdesk's word for the channel; where it has none, by how the reps have answered. */
export function isChat({ channel, messages }: Pick<Task, "channel" | "messages">): boolean {
  if (channel) return /chat|messag|whatsapp|sms|social|widget|telegram|viber|twitter|facebook|instagram/i.test(channel);
  const replies = messages.filter(isReply);
  return replies.length > 0 && !replies.some(({ text }) => /\S\n\s*\n\s*\S/.test(text));
}

/** In a chat that goes on nobody greets again; a mail has its form each time. `greeted`, `closed`: the text is already. */
export function dressed(task: Task, body: string, { greeted = false, closed = false } = {}): string {
  const phrases = phrasesFor(task.language);
  const isFirst = !task.messages.some(isReply);
  const chat = isChat(task);
  if (chat && !isFirst) return body;
  const name = task.customerName && (phrases.formal ? task.customerName : firstName(task.customerName));
  const hello = name && !/@|\d/.test(name) ? phrases.hello.replace("{name}", name) : phrases.helloNobody;
  const opening = greeted ? [] : [hello, ...(chat || !isFirst ? [] : [phrases.thanks])];
  const signed = task.repName ? `${phrases.bye}\n${task.repName}` : phrases.bye;
  return [...opening, body, ...(chat || closed ? [] : [signed])].join("\n\n");
}

/** A past reply in this conversation's form: none greets twice in a chat, and a mail is greeted and closed. */
export function reformed(task: Task, reply: string): string {
  if (isChat(task) && task.messages.some(isReply)) return withoutForm(reply);
  // Without a channel its own form is the best we know.
  return task.channel ? dressed(task, reply.trim(), { greeted: greets(reply), closed: closes(reply) }) : reply;
}

/** Of "Byron, Ada" it is Ada; a title or an initial is no name; where names are not split by blanks it is the whole. */
export function firstName(full: string): string {
  const [family = "", given] = full.trim().split(/,\s*/);
  const parts = (given ?? family).split(/\s+/);
  const first = parts.find(
    (part) =>
      !/^(?:mr|mrs|ms|miss|mx|dr|prof|sir|herr|frau|mme|m|sr|sra|srta|pan|pani)\.?$/iu.test(part) &&
      !/^\p{L}\.?$/u.test(part),
  );
  return first && !/@|\d/.test(first) ? first : full.trim();
}
