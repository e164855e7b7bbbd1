/** Links a model may not bring in: a foreign one leads a customer away, a picture's address carries data out. */
import { linkPattern, trimLink } from "../redact/network.ts";
import { plainUrl } from "./facts.ts";

const bareHost =
  /(?<![\p{L}\p{N}@._/:-])(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,4}(?:com|net|org|io|co|app|dev|info|biz|xyz|shop|online|site|top|link|click|live|store|page|me|ly|gl|gg|to|ru|cn|de|uk|fr|es|it|nl|se|no|dk|fi|pl|cz|sk|hu|ro|bg|gr|tr|ua|in|jp|kr|br|mx|ca|au|ch|at|be|pt|eu|us|ai|cc|tv|ws|zip|test|example)(?:[/?#][^\s<>"'`\])]*)?(?![\p{L}\p{N}@-])/giu;

/**
 * Pictures go, their text stays. A link stays if its target is one of `allowedUrls` (scheme, "www." and a closing slash
 * aside); of any other the text stays. Bare addresses that are not allowed are taken out whole. `cut` says whether any was.
 */
export function safeLinks(draft: string, allowedUrls: string[]): { text: string; cut: boolean } {
  const text = safe(draft, allowedUrls);
  return { text, cut: text !== draft };
}

function safe(draft: string, allowedUrls: string[]): string {
  const allowed = new Set(allowedUrls.map((url) => plainUrl(trimLink(url.trim()))));
  const may = (url: string) => /^(?:https?:\/\/|www\.|[a-z0-9-]+\.)/i.test(url) && allowed.has(plainUrl(url));
  let out = draft
    .replace(/<(script|style|iframe|object|embed|svg)\b[\s\S]{0,20000}?(?:<\/\1\s*>|$)/gi, "")
    .replace(
      /<img\b[^>]{0,4000}>?/gi,
      (tag) => /\balt\s*=\s*(?:"([^"]*)"|'([^']*)')/i.exec(tag)?.slice(1).find(Boolean) ?? "",
    )
    .replace(/!\[([^[\]]{0,1000})\](?:\([^()]{0,4000}(?:\([^()]{0,1000}\)[^()]{0,1000})?\)|\[[^[\]]{0,200}\])/g, "$1");
  // Reference links: a foreign definition goes, and where it was used the text stays.
  const gone = new Set<string>();
  out = out.replace(
    /^[ \t]{0,3}\[([^[\]\n]{1,200})\]:[ \t]*<?([^\s>]{1,4000})[^\n]{0,1000}$\n?/gm,
    (line, label: string, url: string) => {
      if (may(url)) return line;
      gone.add(label.toLowerCase());
      return "";
    },
  );
  if (gone.size > 0)
    out = out.replace(/\[([^[\]]{1,1000})\]\[([^[\]\n]{0,200})\]/g, (whole, text: string, label: string) =>
      gone.has((label || text).toLowerCase()) ? text : whole,
    );
  out = out.replace(/<a\b([^>]{0,4000})>([\s\S]{0,4000}?)<\/a\s*>/gi, (whole, attributes: string, text: string) => {
    const target = /\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))/i.exec(attributes)?.slice(1).find(Boolean);
    return target && may(target) ? whole : text;
  });
  out = out.replace(
    /\[([^[\]]{0,1000})\]\(\s*<?([^()\s<>]{0,4000}(?:\([^()\s]{0,1000}\)[^()\s<>]{0,1000})?)>?(?:\s+["'(][^()]{0,500})?\s*\)/g,
    (whole, text: string, url: string) => {
      if (!may(url)) return text;
      // A text that names another address than the target deceives.
      return text.search(linkPattern) >= 0 && !may(text.trim()) ? url : whole;
    },
  );
  out = out.replace(/<([a-z][a-z0-9+.-]{1,30}:[^\s<>]{0,4000})>/gi, (_, url: string) => (may(url) ? url : ""));
  out = out.replace(linkPattern, (found: string) => {
    const url = trimLink(found);
    return may(url) ? found : found.slice(url.length);
  });
  out = out.replace(/(?<![:\p{L}\p{N}/])\/\/[\p{L}\p{N}.-]{1,250}\.\p{L}{2,24}[^\s<>"'`]{0,4000}/gu, (found) =>
    may(found.slice(2)) ? found : "",
  );
  // The address or number stays, to be marked where no source has it; what a body or subject would carry out goes.
  out = out.replace(
    /\b(?:mailto|tel|sms|callto|facetime|whatsapp):(?:\/\/)?([^\s?<>"')\]]{0,320})(?:\?[^\s<>"')\]]{0,4000})?/gi,
    "$1",
  );
  out = out.replace(/\b(?:javascript|data|vbscript|file):[^\s)\]>"']{1,4000}/gi, "");
  // What is left of a picture whose end has not come, or never does.
  out = out.replace(/!\[([^[\]\n]{0,1000})\]\([^\s)]{0,4000}\)?/g, "$1");
  // What was allowed above holds a host too: look only where no link stands.
  const kept = [...out.matchAll(linkPattern)].map((match) => [match.index, match.index + match[0].length] as const);
  return out.replace(bareHost, (found: string, at: number) => {
    if (kept.some(([from, to]) => at >= from && at < to)) return found;
    const url = trimLink(found);
    return may(url) ? found : found.slice(url.length);
  });
}
