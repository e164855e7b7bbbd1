/** HTML pages as articles: the main part as text, its headings kept. */
import { htmlToText } from "../helpdesk/html.ts";
import { type Article, parseArticle } from "../policy.ts";

/** Menus and scripts are no policy. */
const left = ["script", "style", "noscript", "template", "nav", "aside", "footer", "form", "svg", "iframe"];

/** Headings become Markdown's, lists and paragraphs lines. Throws `AppError("input", …)` for markup that cannot be read. */
export async function markdownOf(html: string): Promise<string> {
  let body = html.replace(/<!--[\s\S]*?-->/g, "");
  for (const tag of left) body = without(body, tag);
  body = inner(body, "main") ?? inner(body, "article") ?? inner(body, "body") ?? body;
  const marked = body
    .replace(/<h([1-6])\b[^<>]{0,500}>/gi, (_, level: string) => `<p>${"#".repeat(Number(level))} `)
    .replace(/<\/h[1-6]\s{0,20}>/gi, "</p>");
  return (await htmlToText(marked, "article.html")).replace(/^(#{1,6})\s*$/gm, "").trim();
}

/** Front matter of a page stands in its head: `<html lang>`, `<title>`, `<link rel=canonical>`, `<meta name=audience content=internal>`. */
export async function htmlArticle(name: string, html: string): Promise<Article> {
  const head = html.slice(0, 50_000);
  const meta = Object.fromEntries(
    [...head.matchAll(/<meta\b[^<>]{0,2000}>/gi)].flatMap(([tag]) => {
      const key = attribute(tag, "name");
      const value = attribute(tag, "content");
      return key && value ? [[key.toLowerCase().replace(/^cuecard[:.-]/, ""), value]] : [];
    }),
  );
  const title = (await htmlToText(/<title\b[^<>]{0,200}>([^<]{0,2000})/i.exec(head)?.[1] ?? "")).replace(/\s+/g, " ");
  const link = [...head.matchAll(/<link\b[^<>]{0,2000}>/gi)].find(([tag]) => attribute(tag, "rel") === "canonical");
  const lang = attribute(/<html\b[^<>]{0,1000}>/i.exec(head)?.[0] ?? "", "lang");
  const fields = {
    title,
    language: lang,
    url: link && attribute(link[0], "href"),
    ...Object.fromEntries(
      [
        "id",
        "title",
        "language",
        "audience",
        "url",
        "validfrom",
        "validto",
        "valid-from",
        "valid-to",
        "expires",
      ].flatMap((field) => (meta[field] ? [[field, meta[field]]] : [])),
    ),
  };
  const front = Object.entries(fields).flatMap(([key, value]) =>
    value ? [`${key}: ${value.replace(/\s+/g, " ")}`] : [],
  );
  const text = await markdownOf(html);
  return parseArticle(name.replace(/\.html?$/i, ""), `---\n${front.join("\n")}\n---\n${text}`);
}

function attribute(tag: string, name: string): string | undefined {
  const [, double, single, bare] =
    new RegExp(`\\b${name}\\s{0,5}=\\s{0,5}(?:"([^"]*)"|'([^']*)'|([^\\s"'<>]+))`, "i").exec(tag) ?? [];
  return double ?? single ?? bare;
}

/** One pass: a page of a million open tags must not take a million searches to its end. */
function without(html: string, tag: string): string {
  const lower = html.toLowerCase();
  let out = "";
  let at = 0;
  for (;;) {
    const open = opening(lower, tag, at);
    const close = open < 0 ? -1 : lower.indexOf(`</${tag}`, open);
    if (close < 0) return out + html.slice(at);
    out += `${html.slice(at, open)} `;
    const end = lower.indexOf(">", close);
    at = end < 0 ? html.length : end + 1;
  }
}

function inner(html: string, tag: string): string | undefined {
  const lower = html.toLowerCase();
  const open = opening(lower, tag, 0);
  const start = open < 0 ? -1 : lower.indexOf(">", open);
  if (start < 0) return undefined;
  const end = lower.lastIndexOf(`</${tag}`);
  return html.slice(start + 1, end > start ? end : undefined);
}

/** `<nav>` but not `<navigator>`. */
function opening(lower: string, tag: string, from: number): number {
  for (let at = lower.indexOf(`<${tag}`, from); at >= 0; at = lower.indexOf(`<${tag}`, at + 1))
    if (/[\s>/]/.test(lower[at + tag.length + 1] ?? ">")) return at;
  return -1;
}
