/** The part of a mail that its author wrote: quotes, signature and surrounding whitespace taken off. */
import EmailReplyParser from "email-reply-parser";

/** The parser's expressions look ahead over whole texts: longer mails are cut by our own line rules alone. */
const parserLimit = 20_000;

const quoteHead =
  /^[ \t]*(?:-{2,}\s*)?(?:On\b.{4,200}\bwrote|Am\b.{4,200}\bschrieb.{0,200}|Le\b.{4,200}\b[ée]crit|El\b.{4,200}\bescribi[óo]|Il\b.{4,200}\bscritto|Em\b.{4,200}\bescreveu|Op\b.{4,200}\bschreef.{0,200}|Den\b.{4,200}\bskrev.{0,200}|(?:W dniu|Dnia)\b.{4,200}(?:pisze|napisał\S*)|在.{4,200}写道|.{4,200}のメッセージ|.{4,200}작성)\s?[:：]\s*-*$/imu;
const divider =
  /^[ \t]*(?:-{2,12} ?(?:original message|urspr(?:ü|ue)ngliche nachricht|message d'origine|mensaje original|messaggio originale|oorspronkelijk bericht|forwarded message|oprindelig besked) ?-{0,12}|_{20,})[ \t]*$/imu;
const signatureMark = /^(?:-- ?|__ ?)$/m;
const device =
  /^[ \t]*(?:Sent from my .{1,60}|Sent from (?:Outlook|Mail|Yahoo|Samsung).{0,60}|Get Outlook for .{1,60}|Von meinem .{1,60} gesendet|Gesendet von .{1,60}|Envoyé (?:de mon|depuis) .{1,60}|Enviado (?:desde|do) (?:mi|meu) .{1,60}|Inviato da(?:l mio)? .{1,60}|Verstuurd vanaf .{1,60})[ \t]*$/imu;

/** Never throws. Where nothing would be left, the text is given back with its whitespace off alone. */
export function replyBody(sent: string): string {
  const text = sent.replace(/\r\n?/g, "\n").trim();
  let body = text;
  if (/^[ \t]*>/m.test(body) && (quoteHead.test(body) || divider.test(body)) && body.length <= parserLimit)
    body = new EmailReplyParser().parseReply(body);
  for (const mark of [quoteHead, divider, signatureMark, device]) {
    const at = body.search(mark);
    if (at > 0) body = body.slice(0, at);
  }
  body = body
    .split("\n")
    .filter((line) => !/^\s*>/.test(line))
    .join("\n")
    .trim();
  return body === "" ? text : body;
}
