/** Addresses of machines, and links that carry a secret. */
import type { Found } from "./find.ts";

const octet = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const v4 = new RegExp(`(?<![\\w.])(?:${octet}\\.){3}${octet}(?:\\/(?:[12]?\\d|3[0-2])\\b)?(?![\\w]|\\.\\d)`, "g");
const v6 = /(?<![\w:.])(?:[0-9a-f]{1,4}:|:(?=:))[0-9a-f:.]{1,44}(?:%\w{1,15})?(?![\w:])/gi;
const mac = /(?<![\w:-])[0-9a-f]{2}(?:([:-])[0-9a-f]{2})(?:\1[0-9a-f]{2}){4}(?![\w:-])/gi;
/** "version 1.2.3.4", "v1.2.3.4" are no addresses. */
const versionBefore = /(?:\b(?:version|ver|release|build|firmware|driver|v)\.?\s?)$/i;

function isV6(text: string): boolean {
  const [address = ""] = text.split("%");
  const halves = address.split("::");
  if (halves.length > 2 || address.includes(":::")) return false;
  const groups = halves.flatMap((half) => (half === "" ? [] : half.split(":")));
  const last = groups.at(-1);
  let count = groups.length;
  if (last?.includes(".")) {
    if (!new RegExp(`^(?:${octet}\\.){3}${octet}$`).test(last)) return false;
    groups.pop();
    count += 1;
  }
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return false;
  if (halves.length === 1) return count === 8;
  // "Add::Bee" is code, not an address: a compressed one has a digit and at least two groups, or is a loopback.
  return count <= 7 && /\d/.test(address) && (count >= 2 || /^(?:::1|[0-9a-f]{2,4}::)$/i.test(address));
}

export function findMachines(text: string): Found[] {
  const found: Found[] = [];
  for (const match of text.matchAll(v4))
    if (!versionBefore.test(text.slice(Math.max(0, match.index - 12), match.index)))
      found.push({ type: "ip", start: match.index, end: match.index + match[0].length });
  for (const match of text.matchAll(v6)) {
    let value = match[0];
    while (value !== "" && !isV6(value) && /[:.]$/.test(value)) value = value.slice(0, -1);
    if (isV6(value)) found.push({ type: "ip", start: match.index, end: match.index + value.length });
  }
  for (const match of text.matchAll(mac))
    found.push({ type: "mac", start: match.index, end: match.index + match[0].length });
  return found;
}

export const linkPattern =
  /\b[a-z][a-z0-9+.-]{1,15}:\/\/[^\s<>"'`\u3000-\u3002\uff0c{}[\]|\\^]+|(?<![\w@.-])www\.[^\s<>"'`{}[\]|\\^]+/giu;
const secretName =
  /(?:^|[?&#;/_.-])(?:[a-z0-9]{0,20}[_-]?)?(?:token|key|apikey|secret|sig|signature|hmac|hash|password|passwd|pwd|pass|auth|authorization|session|sessionid|sid|jwt|otp|pin|code|ticket|credential|nonce|invite|magic|confirm|confirmation|reset|unsubscribe|uid|userid|user|email|mail|phone|account|customer|client|login)(?:[_-]?(?:id|key|token|code|hash))?=[^&#;\s]{1}/i;
/** A path or query part long and mixed enough to be a key: a UUID, a JWT, 16 and more letters and digits without words. */
const opaque =
  /(?:^|[/=?&#.])(?:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|eyJ[\w-]{10,}\.[\w-]{5,}[\w.-]*|(?=[\w~]*\d)(?=[\w~]*[a-z])(?=[\w~]*[A-Z])[0-9A-Za-z_~]{16,}|(?=[\w~]*\d)(?=[\w~]*[A-Za-z])[0-9A-Za-z_~]{20,}|[A-Z]{20,}|[0-9a-f]{16,})(?=$|[/?&#.=])/;
const secretPath =
  /\/(?:reset|reset-password|password|verify|verification|confirm|activate|invite|magic|unsubscribe|token|session|sso)\/[\w.~-]{6,}/i;

/** Sentence marks and closing brackets behind a link belong to the sentence. */
export function trimLink(url: string): string {
  let out = url;
  for (;;) {
    const next = out.replace(/(?:[.,;:!?…。，、]|\*+|_+)$/u, "");
    const closed = /[)\]]$/.test(next) && count(next, /[)\]]/g) > count(next, /[([]/g) ? next.slice(0, -1) : next;
    if (closed === out) return out;
    out = closed;
  }
}
const count = (text: string, what: RegExp) => text.match(what)?.length ?? 0;

/** Links whose user part, parameters, fragment or path hold a key, a session, an account or an e-mail address. */
export function findSecretLinks(text: string): Found[] {
  const found: Found[] = [];
  for (const match of text.matchAll(linkPattern)) {
    const url = trimLink(match[0]);
    const rest = url.replace(/^[a-z][a-z0-9+.-]*:\/\//i, "");
    const [authority = ""] = rest.split(/[/?#]/);
    const tail = rest.slice(authority.length);
    if (
      /[^@]@/.test(authority) ||
      secretName.test(tail) ||
      secretPath.test(tail) ||
      opaque.test(tail) ||
      /[\w.+-]+(?:@|%40)[\w-]+\.\w/i.test(tail)
    )
      found.push({ type: "url", start: match.index, end: match.index + url.length });
  }
  return found;
}
