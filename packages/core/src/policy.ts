/** Policy: what the team has written down. Articles come in as Markdown or plain text and are looked up as passages. */
import * as z from "zod";
import { AppError } from "./error.ts";
import { ExternalId } from "./event.ts";
import { sentencesOf } from "./policy/sentences.ts";

export { sentencesOf };

/** `YYYY-MM-DD`, or a full instant; compared as text, so days and instants mix. */
const Day = z.string().regex(/^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:\d{2}))?$/, "is not a date (YYYY-MM-DD)");

export const Article = z.object({
  id: ExternalId,
  title: z.string().max(1_000),
  /** Markdown or plain text. */
  text: z.string(),
  /** BCP 47. */
  language: z.string().max(35).optional(),
  /** `internal` articles are for the rep's eyes and never reach a draft. */
  audience: z.enum(["public", "internal"]).default("public"),
  url: z.string().max(2_000).optional(),
  validFrom: Day.optional(),
  /** The last day on which it holds. */
  validTo: Day.optional(),
  updatedAt: z.string().max(40).optional(),
  /** Where it was imported from: a folder, a site. */
  source: z.string().max(2_000).optional(),
});
export type Article = z.infer<typeof Article>;

export type Passage = {
  articleId: string;
  /** Its place in the article, from 0. */
  n: number;
  title: string;
  /** The path of headings above it, joined by " › "; empty at the top of an article. */
  heading: string;
  text: string;
  language?: string;
  audience: "public" | "internal";
  url?: string;
};

/** Characters of a passage: enough for a few sentences, little enough to read at a glance. */
const aim = 420;

/** Markdown marks off, words kept. */
function plain(line: string): string {
  return line
    .replace(/!\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/\[([^\]]+)\]\([^)]*\)/g, "$1")
    .replace(/<https?:\/\/([^>]+)>/g, "$1")
    .replace(/<\/?[a-zA-Z][^<>]{0,200}>/g, " ")
    .replace(/(\*\*|__)(?=\S)(.+?)(?<=\S)\1/g, "$2")
    .replace(/(?<![\p{L}\p{N}*_])([*_])(?=\S)([^*_]+?)(?<=\S)\1(?![\p{L}\p{N}*_])/gu, "$2")
    .replace(/`([^`]+)`/g, "$1")
    .replace(/\\([\\`*_{}[\]()#+\-.!>|])/g, "$1")
    .replace(/&nbsp;/g, " ")
    .replace(/\s+/g, " ")
    .trim();
}

type Section = { path: string[]; lines: string[] };

/** Lines of prose under their path of headings. */
function sectionsOf(text: string): Section[] {
  const sections: Section[] = [{ path: [], lines: [] }];
  let path: { level: number; title: string }[] = [];
  let fenced = false;
  let open = false; // the last line is prose that the next line goes on with
  const body = text.replace(/\r\n?/g, "\n").replace(/<!--[\s\S]*?-->/g, "");
  for (const raw of body.split("\n")) {
    const lines = sections.at(-1)!.lines;
    if (/^\s*(```|~~~)/.test(raw)) {
      fenced = !fenced;
      open = false;
      continue;
    }
    const heading = fenced ? null : /^\s{0,3}(#{1,6})\s+(.+?)\s*#*\s*$/.exec(raw);
    if (heading) {
      const level = heading[1]!.length;
      path = [...path.filter((above) => above.level < level), { level, title: plain(heading[2]!) }];
      sections.push({ path: path.map(({ title }) => title), lines: [] });
      open = false;
      continue;
    }
    const rule = /^\s*([-*_=])(\s*\1){2,}\s*$/.test(raw) || /^\s*\|?[\s:|-]*-{2,}[\s:|-]*\|?\s*$/.test(raw);
    const line = rule ? "" : raw.replace(/^\s*(>\s*)+/, "");
    const item = /^\s*(?:[-*+•]|(\d+)[.)])\s+(.*)$/.exec(line);
    const row = /^\s*\|(.+)\|\s*$/.exec(line);
    const words = row
      ? row[1]!.split("|").map(plain).filter(Boolean).join(" · ")
      : plain(item ? `${item[1] ? `${item[1]}. ` : ""}${item[2]}` : line);
    if (!words) {
      open = false;
      continue;
    }
    if (open && !item && !row && !fenced) lines[lines.length - 1] += ` ${words}`;
    else lines.push(words);
    open = !row && !fenced;
  }
  return sections;
}

/** Cuts an article at its headings, then into pieces of a few sentences. An article without words has no passage. */
export function passagesOf(article: Article): Passage[] {
  const pieces: { heading: string; text: string }[] = [];
  const own = article.title.trim().toLowerCase();
  for (const { path, lines } of sectionsOf(article.text)) {
    const heading = path.filter((title, at) => at > 0 || title.toLowerCase() !== own).join(" › ");
    let text = "";
    const flush = () => {
      if (text) pieces.push({ heading, text });
      text = "";
    };
    for (const line of lines) {
      if (text && text.length + line.length > aim) flush();
      if (line.length <= aim * 1.5) {
        text += (text ? "\n" : "") + line;
        continue;
      }
      for (const sentence of sentencesOf(line, article.language).flatMap(wrap)) {
        if (text && text.length + sentence.length > aim) flush();
        text += (text ? " " : "") + sentence;
      }
    }
    flush();
  }
  if (pieces.length === 0 && article.title.trim()) pieces.push({ heading: "", text: article.title.trim() });
  return pieces.map(({ heading, text }, n) => ({
    articleId: article.id,
    n,
    title: article.title,
    heading,
    text,
    ...(article.language ? { language: article.language } : {}),
    audience: article.audience,
    ...(article.url ? { url: article.url } : {}),
  }));
}

/** Text without any end of sentence is cut at a space, or where there is none, anywhere. */
function wrap(sentence: string): string[] {
  const out: string[] = [];
  let rest = sentence;
  while (rest.length > aim * 3) {
    const space = rest.lastIndexOf(" ", aim * 2);
    const cut = space > aim ? space : aim * 2;
    out.push(rest.slice(0, cut).trim());
    rest = rest.slice(cut);
  }
  if (rest.trim()) out.push(rest.trim());
  return out;
}

const names: Record<string, keyof Article> = {
  id: "id",
  title: "title",
  language: "language",
  lang: "language",
  audience: "audience",
  url: "url",
  validfrom: "validFrom",
  validto: "validTo",
  expires: "validTo",
  updatedat: "updatedAt",
  updated: "updatedAt",
  source: "source",
};

/**
 * One Markdown file with optional front matter (`key: value` lines between `---`). `name` is its path: it is the id
 * without its ending where the front matter gives none. The title is the front matter's, else the first heading, else the name.
 * Throws `AppError("input", "article_invalid")`.
 */
export function parseArticle(name: string, markdown: string): Article {
  const text = markdown.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  const front = /^---[ \t]*\n([\s\S]*?)\n---[ \t]*(?:\n|$)/.exec(text);
  const fields: Record<string, string> = {};
  for (const line of front?.[1]?.split("\n") ?? []) {
    const pair = /^([A-Za-z_-]+)\s*:\s*(.*?)\s*$/.exec(line);
    const field = pair && names[pair[1]!.toLowerCase().replace(/[_-]/g, "")];
    const value = pair?.[2]?.replace(/^(["'])(.*)\1$/, "$2");
    if (field && value) fields[field] = value;
  }
  const body = front ? text.slice(front[0].length) : text;
  const first = /^\s{0,3}#{1,6}\s+(.+?)\s*#*\s*$/m.exec(body)?.[1];
  const id = name.replace(/\.(md|markdown|mdx|txt)$/i, "");
  const made = Article.safeParse({
    id,
    title: (first && plain(first)) || (id.split("/").at(-1) ?? id).replace(/[-_]+/g, " "),
    ...fields,
    text: body.trim(),
  });
  if (made.success) return made.data;
  const issue = made.error.issues[0];
  const path = issue?.path.join(".");
  throw new AppError("input", "article_invalid", `${name}: ${path} ${issue?.message ?? "is wrong"}`, path);
}
