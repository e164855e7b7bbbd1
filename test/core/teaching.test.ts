/** What reps send teaches, what they refuse counts against it, and nothing of one customer reaches another. */
import { randomUUID } from "node:crypto";
import { settle } from "@cuecard/core/attribution";
import type { Deps } from "@cuecard/core/context";
import { assist } from "@cuecard/core/copilot";
import type { Event } from "@cuecard/core/event";
import { pastReplies } from "@cuecard/core/import/history";
import { takeIn } from "@cuecard/core/intake";
import { search } from "@cuecard/core/lookup/lookup";
import { extractiveModel } from "@cuecard/core/model/extractive";
import type { Model } from "@cuecard/core/model/port";
import { promptFor } from "@cuecard/core/model/prompt";
import type { Article } from "@cuecard/core/policy";
import * as Settings from "@cuecard/core/settings";
import { putArticle } from "@cuecard/core/store/articles";
import * as conversations from "@cuecard/core/store/conversations";
import * as keys from "@cuecard/core/store/keys";
import { listLessons } from "@cuecard/core/store/lessons";
import { library } from "@cuecard/core/store/library";
import { putExamples, rebuild, rebuildLearned } from "@cuecard/core/store/policies";
import { suggestionId, turnKey } from "@cuecard/core/store/suggestion-id";
import { putPart, recent } from "@cuecard/core/store/suggestions";
import type { Whole } from "@cuecard/core/suggestion";
import { teach } from "@cuecard/core/teaching";
import { describe, expect, test } from "vitest";
import { tabled } from "./tabled.ts";

const table = tabled();
const article = (id: string, title: string, text: string, extra: Partial<Article> = {}): Article => ({
  id,
  title,
  text,
  language: "en",
  audience: "public",
  ...extra,
});

/** A workspace of its own, whose customers and reps speak through the same functions as the handlers use. */
async function shop(articles: Article[] = []) {
  const workspace = `w-${randomUUID().slice(0, 8)}`;
  let clock = Date.parse("2026-03-02T09:00:00Z");
  const now = () => {
    clock += 1_000;
    return clock;
  };
  for (const one of articles) await putArticle(table(), workspace, one, now());
  await rebuild(table(), workspace, "policies", { now, random: randomUUID });
  const prompts: string[] = [];
  const model: Model = {
    ...extractiveModel,
    async *write(task, signal) {
      prompts.push(
        promptFor(task)
          .map(({ content }) => content)
          .join("\n"),
      );
      yield* extractiveModel.write(task, signal);
    },
  };
  const deps: Deps = {
    table: table(),
    channel: { send: async () => "sent" as never },
    now,
    random: randomUUID,
    library: library(),
    modelFor: async () => ({ model, flags: [] }),
  };
  const loaded: Settings.Loaded = {
    ...(await Settings.load(table(), workspace)),
    settings: { ...Settings.defaults, assistWhen: "always" },
  };
  const listed = conversations.listed();
  const say = async (id: string, kind: "customer" | "rep", text: string, facts: object = {}) => {
    const at = new Date(now()).toISOString();
    const person = kind === "customer" ? { id: `cust-${id}`, name: "Ada Byron" } : { id: "sam", name: "Sam Roe" };
    const event = {
      type: "message.created",
      conversation: { id, customer: { id: `cust-${id}`, name: "Ada Byron", email: "ada@example.com" }, ...facts },
      message: { id: `m-${randomUUID()}`, at, author: { kind, ...person }, visibility: "public", text },
    } as Event;
    await conversations.append(table(), workspace, event, now(), Math.floor(clock / 1_000) + 86_400, listed);
    await takeIn(deps, workspace, id, conversations.eventKey(workspace, event).sk, loaded);
    return event;
  };
  const part = async (id: string, kind: "draft" | "policy") =>
    (await recent(table(), workspace, id)).findLast(({ state }) => state.kind === kind);
  const settleAll = (id: string) => settle(table(), workspace, id, { threshold: 0.3, now });
  return {
    workspace,
    now,
    prompts,
    deps,
    say,
    part,
    settleAll,
    lessons: () => listLessons(table(), workspace, now()),
    learn: () => rebuildLearned(table(), workspace, { now, random: randomUUID }),
    async ask(id: string, text: string, facts: object = {}) {
      await say(id, "customer", text, facts);
      await assist(deps, { workspace, conversationId: id, loaded }, new AbortController().signal);
      return part(id, "draft");
    },
    async answer(id: string, text: string, facts: object = {}) {
      await say(id, "rep", text, facts);
      return settleAll(id);
    },
    shown: ({ state }: Whole) =>
      putPart(table(), workspace, state.id, "shown", { shownAt: new Date(now()).toISOString(), repId: "sam" }),
    click: ({ state }: Whole, action: "inserted" | "copied" | "rejected") =>
      putPart(table(), workspace, state.id, `click#${action}`, {
        action,
        at: new Date(now()).toISOString(),
        repId: "sam",
      }),
    async best(question: string) {
      const index = await library().policies(table(), workspace);
      const learned = await library().learned(table(), workspace);
      return search(
        index!,
        { turns: [{ author: "customer", text: question }], language: "en" },
        learned ? { learned } : {},
      ).best.map(({ passage, score }) => ({ id: passage.articleId, score }));
    },
  };
}

const refunds = article(
  "refunds",
  "How long a refund takes",
  "We refund the money within 5 working days after the parcel has reached our warehouse. A refund costs nothing.",
);
const returns = article(
  "returns",
  "How to return a parcel",
  "You can return a parcel within 30 days. Print the label, put it on the parcel and hand it in at any shop.",
);
/** As a rep sends it: without the numbers, one sentence more, the own name below. */
const edited = (draft: Whole, more: string) =>
  draft.text!.text.replace(/ ?\[\d\]/g, "").replace(/\n\nKind regards.*$/s, `\n\n${more}\n\nKind regards\nSam Roe`);
const question = "I sent the parcel back, how long does a refund take until I have the money?";

describe("a reply that was sent", () => {
  test("becomes an example of the next draft: as a form, with this customer's name put in", async () => {
    const our = await shop([refunds, returns]);
    const draft = await our.ask("c1", question);
    await our.shown(draft!);
    const sent = edited(draft!, "Please write to us again if it has not come by then.");
    const [settled] = (await our.answer("c1", sent)).filter(({ state }) => state.kind === "draft");
    expect(settled!.state.outcome).toBe("edited");
    const [lesson] = await our.lessons();
    expect(lesson).toMatchObject({ articles: draft!.state.articles, language: "en", weight: settled!.state.retained });
    expect(lesson!.reply).toContain("Hello {name},");
    expect(`${lesson!.question}\n${lesson!.reply}`).not.toMatch(/Ada|Byron|Sam|Roe/);

    expect(await our.learn()).toBe(true);
    expect(await our.learn(), "nothing is new").toBe(false);
    const next = await our.ask("c2", question, { customer: { id: "u2", name: "Grace" } });
    expect(next!.text!.text).toContain("Hello Grace,");
    expect(next!.text!.text).toContain("Please write to us again if it has not come by then.");
    expect(
      next!.text!.citations.map(({ articleId }) => articleId),
      "what a passage says still names it",
    ).toContain("refunds");
  });

  test("teaches once, however often its jobs run, and more when its decision rises", async () => {
    const our = await shop([refunds, returns]);
    const draft = await our.ask("c1", question);
    await our.shown(draft!);
    await our.answer("c1", edited(draft!, "Please tell me if anything is unclear to you about this."));
    const once = await our.lessons();
    await our.settleAll("c1");
    await our.settleAll("c1");
    expect(await our.lessons()).toEqual(once);
    expect(once).toHaveLength(1);
    await our.answer("c1", draft!.text!.text);
    expect((await our.lessons()).map(({ weight }) => weight)).toEqual([1]);
  });

  test("in a replay teaches nothing, nor does one of the reps' own words", async () => {
    const our = await shop([refunds, returns]);
    const tagged = { tags: ["replay"] };
    const draft = await our.ask("c1", question, tagged);
    await our.shown(draft!);
    const settled = await our.answer("c1", draft!.text!.text, tagged);
    expect(
      settled.some(({ state }) => state.outcome === "accepted"),
      "it is judged all the same",
    ).toBe(true);
    const other = await our.ask("c2", question);
    await our.shown(other!);
    await our.answer("c2", "A colleague of the warehouse will ring you this afternoon, is that fine?");
    expect(await our.lessons()).toEqual([]);
    expect(await our.learn()).toBe(false);
  });

  test("is not offered where its blank cannot be filled", async () => {
    const our = await shop([refunds, returns]);
    const draft = await our.ask("c1", `${question} It is order 4711-889922.`);
    await our.shown(draft!);
    await our.answer("c1", edited(draft!, "Your order 4711-889922 is on its way back to us, we will look after it."));
    expect((await our.lessons())[0]!.reply).toContain("{order}");
    await our.learn();
    const without = await our.ask("c2", question);
    expect(without!.text!.text).not.toMatch(/4711|\{order\}|on its way back/);
    const withOwn = await our.ask("c3", `${question} It is order 5822-113344.`);
    expect(withOwn!.text!.text).toContain("Your order 5822-113344 is on its way back to us");
  });
});

describe("1,000 replies with personal data in them", () => {
  const names =
    "Maria Jonas Aylin Pavel Ingrid Tomasz Leila Hugo Nadia Oskar Priya Mateo Yusuf Greta Anselm Bronwyn".split(" ");
  const surnames = "Quill Farrow Novak Okonjo Lindqvist Baptiste Harrow Szabo Castellan Munro Ferrante Ito Vance".split(
    " ",
  );
  const of = <T>(list: T[], n: number) => list[n % list.length]!;
  const digits = (n: number, length: number) => String((n * 7_919 + 104_729) % 10 ** length).padStart(length, "0");
  /** What must never be read by another, and a reply that carries all of it. */
  const planted = (n: number) => {
    const customer = `${of(names, n)} ${of(surnames, n * 5 + 1)}${n % 3 ? "" : "-Okafor"}`;
    const friend = `${of(names, n + 7)}${n} ${of(surnames, n + 3)}`.replace(/\d+/, "");
    const email = `${of(names, n).toLowerCase()}.${n}@mail${n % 40}.example.org`;
    const phone = `+49 151 ${digits(n, 4)} ${digits(n + 1, 4)}`;
    const card = luhn(`4${digits(n, 7)}${digits(n * 3, 7)}`);
    const order = `LS${digits(n, 7)}`;
    const street = `${(n % 180) + 2} ${of(surnames, n + 6)} Street`;
    const thing = `${of(["jacket", "scarf", "lamp", "kettle", "tent", "desk", "rug", "belt", "vase", "drill", "bag"], n)} ${of(["in blue", "in green", "of wool", "of oak", "for two", "with a zip", "on legs"], n)}`;
    const secrets = [customer, friend, email, phone, card, order, street];
    const asked = `Hello, I am ${customer} (${email}, ${phone}). Where is the refund for the ${thing}, ${order}? My neighbour ${friend} has it.`;
    const reply = [
      `Hi ${of(names, n)},`,
      refunds.text,
      `I have written to ${email} and tried ${phone}. The refund for the ${thing}, ${order}, goes to your card ${card}, not to ${street}.`,
      `Your neighbour ${friend} may hand in the parcel, ${of(names, n)}.`,
      "Please write to us again if it has not come by then.",
    ].join("\n");
    return { customer, email, asked, reply, secrets, words: [...of(names, n).split(" "), ...friend.split(" ")] };
  };

  test("none reaches another customer's draft or prompt", async () => {
    const our = await shop([refunds, returns]);
    const all = Array.from({ length: 1_000 }, (_, n) => planted(n));
    // One in four was sent here, the others came with the history, where nobody says who the customer was.
    const past = all.flatMap(({ asked, reply }, n) =>
      n % 4 === 0
        ? []
        : pastReplies(
            {
              id: `h${n}`,
              turns: [
                { author: "customer", text: asked },
                { author: "rep", text: reply },
              ],
            },
            "en",
          ),
    );
    await putExamples(table(), our.workspace, past);
    for (let at = 0; at < all.length; at += 40)
      await Promise.all(
        all
          .slice(at, at + 40)
          .map(({ customer, email, asked, reply }, i) =>
            i % 4 === 0 ? taught(our, `p${at + i}`, { name: customer, email }, asked, reply) : undefined,
          ),
      );
    await our.learn();
    const index = await library().replies(table(), our.workspace);
    expect(index!.examples.length).toBeGreaterThan(50);
    expect(
      index!.examples.every(({ reply }) => reply.includes("Please write to us again")),
      "they do teach",
    ).toBe(true);
    const kept = index!.examples.map(({ question: before, reply }) => `${before}\n${reply}`).join("\n");

    const drafts: string[] = [];
    for (const [n, text] of [
      all[3]!.asked.replace(/I am .*\)/, "I wrote before"),
      question,
      "Where is the refund?",
    ].entries())
      drafts.push((await our.ask(`new-${n}`, text, { customer: { id: `new-${n}`, name: "Zoe" } }))?.text?.text ?? "");
    expect(our.prompts.join("\n"), "past replies stand in the prompt").toContain("<examples>");
    const own = all[3]!.asked;
    const seen = [kept, ...our.prompts, ...drafts].join("\n").replaceAll(own, "");
    const leaked = all.flatMap(({ secrets, words }, n) => [
      ...secrets.filter((secret) => seen.includes(secret) && !own.includes(secret)),
      ...words.filter((word) => new RegExp(`\\b${word}\\b`).test(kept)).map((word) => `${word} of ${n}`),
    ]);
    expect(leaked).toEqual([]);
  }, 60_000);

  const luhn = (body: string) => {
    const sum = [...body].reverse().reduce((all, digit, i) => {
      const value = Number(digit) * (i % 2 === 0 ? 2 : 1);
      return all + (value > 9 ? value - 9 : value);
    }, 0);
    return body + ((10 - (sum % 10)) % 10);
  };

  /** A conversation as the handlers leave it, without their way there. */
  async function taught(
    our: Awaited<ReturnType<typeof shop>>,
    id: string,
    customer: { name: string; email: string },
    asked: string,
    reply: string,
  ) {
    const times = ["2026-03-01T10:00:00.000Z", "2026-03-01T10:05:00.000Z"] as const;
    const message = (n: 0 | 1, kind: "customer" | "rep", text: string) =>
      table().put({
        ...keys.message(our.workspace, id, times[n], `m${n}`),
        v: 1,
        message: { id: `m${n}`, at: times[n], author: { kind }, visibility: "public", text },
        receivedAt: times[n],
      });
    await Promise.all([
      message(0, "customer", asked),
      message(1, "rep", reply),
      table().put({
        ...conversations.emptyHeader(our.workspace, id),
        customer: { value: { id: `cust-${id}`, ...customer }, at: times[0] },
        language: { value: "en", at: times[0] },
      }),
    ]);
    const state = {
      id: suggestionId(id, turnKey(times[0], "m0"), "draft"),
      conversationId: id,
      kind: "draft",
      turnAt: times[0],
      createdAt: times[0],
      articles: ["refunds"],
      outcome: "edited",
      retained: 0.7,
      replyId: "m1",
    } as unknown as Whole["state"];
    expect(await teach(table(), our.workspace, { state, clicks: [] }, our.now())).toBe(true);
  }
});

describe("decisions move the lookup", () => {
  const here = article("pickup", "Collecting", "Orders wait at the counter for seven days and are then sent back.");
  const there = article("storage", "Storage", "Parcels are stored at the counter of the depot for seven days.");

  test("an article cited in accepted replies rises, one that is refused sinks", async () => {
    const our = await shop([here, there, returns]);
    const asked = (n: number) => `Hi, I was away on holiday number ${n}, do my things still lie at the counter?`;
    const before = await our.best(asked(0));
    const [first, second] = before.map(({ id }) => id);
    for (let n = 0; n < 6; n++) {
      const draft = await our.ask(`c${n}`, asked(n));
      await our.shown(draft!);
      // The draft cites what was found first; every rep refuses it.
      await our.click(draft!, "rejected");
      await our.settleAll(`c${n}`);
    }
    expect((await our.lessons()).every(({ weight, articles }) => weight < 0 && articles.includes(first!))).toBe(true);
    await our.learn();
    const after = await our.best(asked(9));
    const score = (list: { id: string; score: number }[], id: string) => list.find((one) => one.id === id)?.score ?? 0;
    expect(score(after, first!)).toBeLessThan(score(before, first!));
    expect(score(after, first!) - score(after, second!)).toBeLessThan(score(before, first!) - score(before, second!));
  });

  test("past conversations are evidence even where question and article share no word", async () => {
    const our = await shop([here, returns, refunds]);
    const strange = "my gadget thingy went kaput, wanna swap";
    expect((await our.best(strange))[0]?.id).not.toBe("returns");
    await putExamples(
      table(),
      our.workspace,
      ["please", "asap", "today", "thx", "ok"].map((word, n) => ({
        id: `old-${n}`,
        question: `${strange} ${word}`,
        reply:
          "You can return a parcel within 30 days. Print the label, put it on the parcel and hand it in at any shop.",
        language: "en",
        from: `old-${n}`,
      })),
    );
    await our.learn();
    expect((await our.best(strange))[0]?.id).toBe("returns");
  });
});
