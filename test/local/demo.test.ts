/** The demo shop is the first thing a visitor judges: its files must parse, and its facts must not contradict each other. */
import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import * as z from "zod";

const demo = new URL("../../packages/local/demo/", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, demo), "utf8");

const Language = z.string().refine((tag) => Intl.getCanonicalLocales(tag)[0] === tag, "is no canonical BCP 47 tag");
const Team = z.enum(["payments", "orders", "accounts"]);

const common = { id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/), title: z.string().min(5), language: Language };
const FrontMatter = z.discriminatedUnion("audience", [
  z.strictObject({
    ...common,
    audience: z.literal("public"),
    url: z.url().startsWith("https://help.larkspur.example/"),
    updated: z.iso.date(),
  }),
  z.strictObject({ ...common, audience: z.literal("internal"), updated: z.iso.date() }),
]);

const Conversation = z.strictObject({
  id: z.string().min(1),
  subject: z.string().min(1),
  channel: z.enum(["chat", "email"]),
  team: Team,
  tags: z.array(z.string()),
  customer: z.strictObject({ id: z.string(), name: z.string(), email: z.email().endsWith("@example.com") }),
  language: Language,
  label: z.enum(["control", "bot"]).optional(),
  events: z.array(
    z.strictObject({
      t: z.number().int().min(0),
      by: z.enum(["customer", "rep", "bot"]),
      text: z.string().trim().min(1),
    }),
  ),
});

const Reply = z.strictObject({
  id: z.string(),
  language: Language,
  question: z.string().min(10),
  reply: z.string().min(40),
  articles: z.array(z.string()).min(1),
});

const Rep = z.strictObject({
  id: z.string(),
  name: z.string(),
  team: Team,
  startedAt: z.iso.date(),
  languages: z.array(Language).min(1),
});

const files = readdirSync(new URL("articles/", demo)).sort();
const articles = files.map((file) => {
  const [, head, body] = /^---\n(.*?)\n---\n\n(.*)$/s.exec(read(`articles/${file}`)) ?? [];
  if (head === undefined || body === undefined) throw new Error(`${file} has no front matter`);
  return { file, body, ...FrontMatter.parse(parse(head)) };
});
const conversations = z.array(Conversation).parse(JSON.parse(read("conversations.json")));
const replies = z.array(Reply).parse(JSON.parse(read("replies.json")));
const reps = z.array(Rep).parse(JSON.parse(read("reps.json")));

const open = articles.filter((article) => article.audience === "public");
const count = (language: string, of: { language: string }[]) => of.filter((one) => one.language === language).length;
const distinct = (values: string[]) => new Set(values).size;

/** Days, amounts and shares as written; order numbers are not facts, and 4,90 is 4.90 elsewhere. */
const figures = (text: string) =>
  new Set((text.replace(/LS\d+/g, "").match(/\d+(?:[.,:]\d+)*/g) ?? []).map((figure) => figure.replaceAll(",", ".")));
const foreign = (text: string, source: string) => [...figures(text)].filter((figure) => !figures(source).has(figure));

describe("articles", () => {
  test("are many, in several languages, some internal", () => {
    expect(articles.length).toBeGreaterThanOrEqual(34);
    expect(count("de", articles)).toBeGreaterThanOrEqual(4);
    expect(count("es", articles)).toBeGreaterThanOrEqual(2);
    expect(count("fr", articles)).toBeGreaterThanOrEqual(2);
    expect(articles.length - open.length).toBeGreaterThanOrEqual(3);
  });

  test.each(articles)("$file is named by its id, and has headings and a readable length", ({ file, id, body }) => {
    expect(id).toBe(basename(file, ".md"));
    const headings = body.match(/^## \S.*$/gm) ?? [];
    expect(headings.length).toBeGreaterThanOrEqual(2);
    expect(headings.length).toBeLessThanOrEqual(5);
    const words = body.split(/\s+/).length;
    expect(words).toBeGreaterThanOrEqual(120);
    expect(words).toBeLessThanOrEqual(350);
  });

  test("internal ones have no url, public ones each their own", () => {
    expect(articles.filter((article) => article.audience === "internal" && "url" in article)).toEqual([]);
    expect(distinct(open.map(({ url }) => url))).toBe(open.length);
  });

  test("a translation states no figure that the English articles do not", () => {
    const english = open.filter(({ language }) => language === "en").map(({ body }) => body);
    const wrong = open
      .filter(({ language }) => language !== "en")
      .map(({ id, body }) => ({ id, foreign: foreign(body, english.join("\n")) }));
    expect(wrong.filter((article) => article.foreign.length > 0)).toEqual([]);
  });

  test("answer how long a refund takes, and whether the next payment is taken", () => {
    const body = (id: string) => articles.find((article) => article.id === id)?.body;
    expect(body("refunds-how-long")).toMatch(/refund takes up to 14 days, counted from the day you hand/);
    expect(body("returns-and-instalments")).toMatch(/next payment for these items is not taken during the pause/);
  });

  test("leave one topic out, so that a policy gap can be seen", () => {
    expect(articles.filter(({ body }) => /gift.?wrap|ribbon|handwritten/i.test(body))).toEqual([]);
  });
});

describe("conversations", () => {
  test("are many, in several languages, with unique ids and customers", () => {
    expect(conversations.length).toBeGreaterThanOrEqual(14);
    expect(distinct(conversations.map(({ language }) => language))).toBeGreaterThanOrEqual(4);
    expect(distinct(conversations.map(({ id }) => id))).toBe(conversations.length);
    expect(distinct(conversations.map(({ customer }) => customer.id))).toBe(conversations.length);
  });

  test.each(conversations)("$id begins with its customer and goes forward in time", ({ events }) => {
    expect(events[0]).toMatchObject({ t: 0, by: "customer" });
    const times = events.map(({ t }) => t);
    expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
    expect(events.some(({ by }) => by === "rep")).toBe(true);
  });

  test("cover the cases worth seeing", () => {
    expect(conversations.filter(({ label }) => label === "control")).toHaveLength(1);
    const [bot, ...more] = conversations.filter(({ label }) => label === "bot");
    expect(more).toEqual([]);
    expect(bot?.events.filter(({ by }) => by === "bot").length).toBeGreaterThanOrEqual(2);
    const turns = conversations.map(({ events }) => events.filter(({ by }) => by === "customer").length);
    expect(Math.max(...turns)).toBeGreaterThanOrEqual(8);
    expect(conversations.some(({ events }) => events.at(-1)?.text === "Thanks, bye")).toBe(true);
    const said = conversations.flatMap(({ events }) => events.map(({ text }) => text)).join("\n");
    expect(said).toMatch(/lawyer/);
    expect(said).toMatch(/ribbon/);
    expect(said).toMatch(/pièce jointe/);
  });

  test("reps state no figure that stands neither in a public article nor with the customer", () => {
    const policy = open.map(({ body }) => body).join("\n");
    const wrong = conversations.map(({ id, events }) => {
      const texts = (rep: boolean) => events.filter(({ by }) => (by === "rep") === rep).map(({ text }) => text);
      return { id, foreign: foreign(texts(true).join("\n"), [policy, ...texts(false)].join("\n")) };
    });
    expect(wrong.filter((conversation) => conversation.foreign.length > 0)).toEqual([]);
  });
});

describe("replies", () => {
  test("are many, in several languages, with unique ids", () => {
    expect(replies.length).toBeGreaterThanOrEqual(60);
    expect(distinct(replies.map(({ language }) => language))).toBeGreaterThanOrEqual(4);
    expect(distinct(replies.map(({ id }) => id))).toBe(replies.length);
  });

  test("rest on public articles that exist", () => {
    const known = new Set(open.map(({ id }) => id));
    expect(replies.flatMap((reply) => reply.articles).filter((id) => !known.has(id))).toEqual([]);
  });

  test("state no figure that stands neither in their articles nor in the question", () => {
    const wrong = replies.map((reply) => {
      const cited = open.filter(({ id }) => reply.articles.includes(id)).map(({ body }) => body);
      return { id: reply.id, foreign: foreign(reply.reply, [reply.question, ...cited].join("\n")) };
    });
    expect(wrong.filter((reply) => reply.foreign.length > 0)).toEqual([]);
  });

  test("carry the two known placeholders and nobody's data", () => {
    const placeholders = replies.flatMap(({ reply }) => reply.match(/\{[^}]*\}/g) ?? []);
    expect([...new Set(placeholders)].sort()).toEqual(["{name}", "{order}"]);
    expect(replies.filter(({ reply }) => !reply.includes("{name}"))).toEqual([]);
    const names = conversations.flatMap(({ customer }) => customer.name.split(" "));
    const personal = replies.filter(
      ({ reply }) =>
        /LS\d{3}|@(?!larkspur\.example)/.test(reply) || names.some((name) => new RegExp(`\\b${name}\\b`).test(reply)),
    );
    expect(personal).toEqual([]);
  });
});

test("ten reps, novices and old hands in every team", () => {
  expect(reps).toHaveLength(10);
  expect(distinct(reps.map(({ id }) => id))).toBe(10);
  for (const team of Team.options) {
    const starts = reps.filter((rep) => rep.team === team).map(({ startedAt }) => startedAt);
    expect(starts.some((day) => day < "2024-01-01")).toBe(true);
    expect(starts.some((day) => day > "2026-01-01")).toBe(true);
  }
});
