/** The part of a mail that its author wrote: quotes, signature and surrounding whitespace taken off. */
import EmailReplyParser from "email-reply-parser";

/** The parser's expressions look ahead over whole texts: longer mails are cut by our own line rules alone. */
const parserLimit = 20_000;

/** "On … wrote:" in the languages mail programs speak; the line before the verb may be wrapped once. */
const wrote = [
  [
    "On|Op|Am|Le|El|Il|Em|Den|Den|På|Dnia|W dniu|Dňa|Dne|La|Pe|Pada|Vào",
    "wrote|writes|schreef|schrieb|a écrit|écrit|escribió|ha scritto|escreveu|skrev|pisze|napisał(?:\\(a\\)|a)?|napísal(?:\\(a\\)|a)?|napsal(?:\\(a\\)|a)?|a scris|kirjoitti|menulis|đã viết",
  ],
]
  .map(
    ([start, verb]) =>
      `(?:${start})\\s(?:[^\\n]{4,200}|[^\\n]{4,150}\\n[^\\n]{0,150})\\s(?:${verb})(?:\\s[^\\n]{1,120})?`,
  )
  .join("|");
const quoteHead = new RegExp(
  `^[ \\t]*(?:${wrote}|[^\\n]{4,200}<[^\\s<>]+@[^\\s<>]+>[^\\n]{0,40}(?:wrote|schrieb|kirjoitti|írta|yazdı|написал\\S*|пише|έγραψε)|在[^\\n]{4,200}写道|[^\\n]{4,200}のメッセージ|[^\\n]{4,200}작성|(?=[^\\n]{0,60}\\d)[^\\n]{4,200}\\s(?:написал\\(?а?\\)?|написав|пише|έγραψε|írta|yazdı|כתב|كتب)[^\\n]{0,60})\\s?[:：][ \\t]*$`,
  "imu",
);
const divider =
  /^[ \t]*(?:[-_*=]{2,12} ?(?:original message|forwarded message|urspr(?:ü|ue)ngliche nachricht|weitergeleitete nachricht|message d'origine|message transféré|mensaje original|mensagem original|messaggio originale|oorspronkelijk bericht|oprindelig besked|opprinnelig melding|ursprungligt meddelande|alkuperäinen viesti|wiadomość oryginalna|původní zpráva|исходное сообщение|原始邮件|元のメッセージ) ?[-_*=]{0,12}|_{20,})[ \t]*$/imu;
/** Outlook's block: a sender with an address, followed by a date, a receiver or a subject. */
const headers =
  /^[ \t]*\*?(?:From|Von|De|Da|Van|Fra|Från|Lähettäjä|Od|От|发件人|差出人)\*?\s?[:：][^\n]{0,200}\n(?:[ \t]*\*?(?:Sent|Date|To|Cc|Subject|Gesendet|Datum|An|Betreff|Envoyé|À|Objet|Enviado|Para|Asunto|Assunto|Inviato|Oggetto|A|Verzonden|Aan|Onderwerp|Sendt|Til|Emne|Skickat|Till|Ämne|Wysłano|Do|Temat|Отправлено|Кому|Тема|发送时间|收件人|主题|送信日時|宛先|件名)\*?\s?[:：][^\n]{0,300}(?:\n|$)){2}/imu;
const signatureMark = /^(?:-- ?|__ ?)$/m;
const device =
  /^[ \t]*(?:Sent from my .{1,60}|Sent (?:from|with) (?:Outlook|Mail|Yahoo|Samsung|Proton).{0,60}|Get Outlook for .{1,60}|Von meinem .{1,60} gesendet|Gesendet von .{1,60}|Envoyé (?:de mon|depuis) .{1,60}|Enviado (?:desde|do) (?:mi|meu) .{1,60}|Inviato da(?:l mio)? .{1,60}|Verstuurd vanaf .{1,60}|Skickat från min .{1,60}|Sendt fra min .{1,60}|Wysłane z .{1,60}|Отправлено с .{1,60})[ \t]*$/imu;
/** A closing formula on a line of its own, or the reply's last words before the name. */
const regards =
  /^[ \t]*(?:(?:with )?(?:(?:best|kind|kindest|warm|warmest|many)(?: and \w+)? )?(?:regards|wishes)|all the best|sincerely|yours(?: sincerely| faithfully| truly)?|sincerely yours|respectfully|(?:mit )?(?:freundlichen|besten|herzlichen|lieben|vielen)? ?gr(?:ü|ue)(?:ß|ss)en?|(?:viele|beste|liebe|herzliche|schöne|freundliche) gr(?:ü|ue)(?:ß|ss)e|mfg|lg|vg|(?:bien )?cordialement|bien à vous|salutations(?: distinguées)?|meilleures salutations|(?:un )?(?:saludos?|cordial saludo)(?: cordial(?:es)?)?|atentamente|un abrazo|cordiali saluti|distinti saluti|saluti|cordialmente|atenciosamente|com os melhores cumprimentos|cumprimentos|abraços|met vriendelijke groet(?:en)?|vriendelijke groet(?:en)?|groet(?:en|jes)?|(?:med )?vänliga? hälsning(?:ar)?|hälsningar|mvh|(?:med )?venlig hilsen|(?:med )?vennlig hilsen|(?:de )?bedste hilsner|hilsen|ystävällisin terveisin|terveisin|z poważaniem|pozdrawiam(?: serdecznie)?|s pozdravem|s pozdravom|üdvözlettel|cu stimă|cu respect|с уважением|с наилучшими пожеланиями|з повагою|με εκτίμηση|saygılarımla|iyi günler|trân trọng|salam hormat|hormat kami|此致|祝好|よろしくお願いいたします|よろしくお願いします|드림|مع أطيب التحيات|مع تحياتي|تحياتي|בברכה|با احترام|सादर|ด้วยความเคารพ)[ \t]*[,.!，。！]?[ \t]*$/imu;

/** Words that close a letter and a sentence alike: they count only with a name's line behind them. */
const thanks =
  /^[ \t]*(?:best|cheers|thanks|many thanks|thank you|thanks again|thanks so much|danke|vielen dank|besten dank|merci|gracias|muchas gracias|grazie|obrigad[oa]|bedankt|dank je wel|tack|tak|takk|kiitos|dziękuję|děkuji|köszönöm|mulțumesc|спасибо|teşekkürler|감사합니다|谢谢|ありがとうございます|شكرا|תודה)[ \t]*[,.!，。！]?[ \t]*$/imu;

/** A signature is short: at most six lines of at most 80 characters, none of which asks or ends as a sentence does. */
function closesWith(rest: string, least: number): boolean {
  const lines = rest.split("\n").filter((line) => line.trim() !== "");
  return (
    lines.length >= least &&
    lines.length <= 7 &&
    lines.slice(1).every((line) => line.length <= 80 && !/(?:[?？]|\p{L}{3,}[.!。！])\s*$/u.test(line.trim()))
  );
}

/** Cuts where `head` begins; where quoted lines follow and then others again, the reply stands below its quote. */
function cut(text: string, head: RegExp): string {
  const match = head.exec(text);
  if (!match) return text;
  const below = text.slice(match.index + match[0].length).split("\n");
  const quoted = below.some((line) => /^\s*>/.test(line));
  const own = quoted
    ? below
        .filter((line) => !/^\s*>/.test(line))
        .join("\n")
        .trim()
    : "";
  return `${text.slice(0, match.index)}\n${own}`;
}

/**
 * Never throws. Takes off quoted mail, the signature behind "-- ", "Sent from my …" and a closing formula with the name and
 * address behind it. Where nothing would be left, the text is given back with its surrounding whitespace off alone.
 */
export function replyBody(sent: string): string {
  const text = sent
    .replace(/\r\n?/g, "\n")
    .replace(/\u2028|\u2029/g, "\n")
    .trim();
  if (!text.includes("\n")) return text;
  let body = text;
  for (const head of [quoteHead, divider, headers]) body = cut(body, head).trim() || body;
  if (/^[ \t]*>/m.test(body)) {
    // What our heads do not know the parser may; it cuts too much where a line merely looks like a signature, so only here.
    const parsed = body.length <= parserLimit ? new EmailReplyParser().parseReply(body).trim() : "";
    body =
      parsed ||
      body
        .split("\n")
        .filter((line) => !/^\s*>/.test(line))
        .join("\n")
        .trim() ||
      body;
  }
  for (const mark of [signatureMark, device]) {
    const at = body.search(mark);
    if (at > 0) body = body.slice(0, at).trimEnd() || body;
  }
  for (const [line, least] of [
    [regards, 1],
    [thanks, 2],
  ] as const) {
    const closing = lastMatch(body, line);
    if (closing > 0 && closesWith(body.slice(closing), least)) body = body.slice(0, closing).trimEnd() || body;
  }
  return body.trim() || text;
}

/** Where the last line that fits begins, among the last twelve; -1 for none. */
function lastMatch(text: string, line: RegExp): number {
  let end = text.length;
  for (let i = 0; i < 12 && end > 0; i++) {
    const start = text.lastIndexOf("\n", end - 1) + 1;
    if (end - start <= 80 && line.test(text.slice(start, end))) return start;
    end = start - 1;
  }
  return -1;
}
