/** The main way from end to end, and its side ways: what a customer, a rep and a lead would notice. */
import { randomUUID } from "node:crypto";
import type { Event } from "@cuecard/core/event";
import type { Suggestion } from "@cuecard/core/protocol";
import { append, listed } from "@cuecard/core/store/conversations";
import { changeState } from "@cuecard/core/store/suggestions";
import { beforeEach, describe, expect, test } from "vitest";
import { message, product, until } from "./product.ts";

const our = product();
const ask = "I returned my shoes ten days ago and still have no refund. How long does a refund take?";
const other = "Thanks for waiting, a colleague from the warehouse will ring you this afternoon about it.";
const conversation = () => `c-${randomUUID().slice(0, 8)}`;
const row = async (by: string, key: string) => {
  const token = await our().login("lead", "lea");
  const { body } = await our().call("GET", `/api/reports/acceptance?by=${by}`, { token });
  return body.rows.find((one: { key: string }) => one.key === key);
};
/** Until the suggestion's outcome is this one. */
const ends = (id: string, outcome: string) =>
  until(async () => {
    const suggestion = await our().suggestion(id);
    return suggestion.outcome === outcome && suggestion;
  });
const decide = (id: string, body: object, rep = "sam") =>
  our()
    .login("rep", rep)
    .then((token) => our().call("POST", `/api/suggestions/${id}/decision`, { token, body }));

beforeEach(async () => {
  await our().settings({
    assistWhen: "always",
    holdout: 0,
    kinds: ["policy", "draft", "summary", "answer", "rewrite"],
    teams: null,
  });
});

describe("one turn", () => {
  test("message → policy, draft in frames, summary → shown → inserted → sent → the report counts it", async () => {
    const [id, rep] = [conversation(), `rep-${randomUUID().slice(0, 6)}`];
    const sidebar = await our().watch(id);
    expect(sidebar.frames[0]).toMatchObject({ type: "snapshot", conversation: null, suggestions: [] });
    await our().say(id, "customer", ask);
    const policy = await sidebar.suggestion("policy", "ready");
    expect(policy.citations.length).toBeGreaterThan(0);
    const draft = await sidebar.suggestion("draft", "ready");
    const summary = await sidebar.suggestion("summary", "ready");
    expect(draft.text).toMatch(/refund/i);
    expect(draft.citations.map(({ n }) => n)).toEqual(numbers(draft.text));
    expect(draft.flags).toContainEqual({ code: "no_model" });
    expect(summary.text.length).toBeGreaterThan(10);
    expect(sidebar.frames.filter((frame) => "conversationId" in frame && frame.conversationId !== id)).toEqual([]);
    expect(sidebar.frames).toContainEqual(
      expect.objectContaining({ type: "message", message: expect.objectContaining({ text: ask }) }),
    );
    const seqs = sidebar.frames.flatMap((frame) =>
      frame.type === "suggestion" && frame.suggestion.id === draft.id ? [frame.suggestion.seq] : [],
    );
    expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
    expect(new Set(seqs).size).toBe(seqs.length);

    await sidebar.shown(draft.id);
    expect((await decide(draft.id, { action: "inserted" }, rep)).body).toMatchObject({
      clicked: "inserted",
      outcome: null,
    });
    await our().say(id, "rep", draft.text.replace(/\s?\[\d+\]/g, ""), { rep });
    expect(await ends(draft.id, "accepted")).toMatchObject({
      decision: "accepted",
      clicked: "inserted",
      retained: 1,
      sentBy: rep,
    });
    await until(async () => (await row("rep", rep))?.accepted === 1);
    expect(await row("rep", rep)).toMatchObject({
      shown: 1,
      accepted: 1,
      edited: 0,
      ignored: 0,
      clicked: 1,
      rate: 1,
      retainedShare: 1,
    });
    const decided = await sidebar.next(
      (frame): frame is never => frame.type === "suggestion" && frame.suggestion.decision === "accepted",
    );
    expect((decided as { suggestion: Suggestion }).suggestion.seq).toBeGreaterThan(draft.seq);
    const figures = await our().call("GET", "/api/me/figures", { token: await our().login("rep", rep) });
    expect(figures.body.row).toMatchObject({ key: rep, accepted: 1 });
  });

  test("edited, ignored, rejected, rejected and then used after all, copied without being sent", async () => {
    const rep = `rep-${randomUUID().slice(0, 6)}`;
    const one = async (reply: ((draft: string) => string) | undefined, click?: object) => {
      const id = conversation();
      const sidebar = await our().watch(id);
      await our().say(id, "customer", ask);
      const draft = await sidebar.suggestion("draft", "ready");
      await sidebar.shown(draft.id);
      if (click) await decide(draft.id, click, rep);
      if (reply) await our().say(id, "rep", reply(draft.text), { rep });
      sidebar.close();
      return draft.id;
    };
    const plain = (text: string) => text.replace(/\s?\[\d+\]/g, "");
    const edited = await one(
      (text) => `${plain(text).split(" ").slice(0, 40).join(" ")} And something of my own, which nobody suggested.`,
      { action: "copied" },
    );
    const ignored = await one(() => other);
    const rejected = await one(undefined, { action: "rejected", reason: "wrong", note: "the amount" });
    const used = await one(plain, { action: "rejected", reason: "tone" });
    const retyped = await one(() => other, { action: "copied" });
    expect(await ends(edited, "edited")).toMatchObject({ clicked: "copied" });
    await ends(ignored, "ignored");
    await ends(rejected, "rejected");
    await ends(used, "accepted");
    await ends(retyped, "ignored");
    await until(async () => (await row("rep", rep))?.decided === 5);
    expect(await row("rep", rep)).toMatchObject({
      accepted: 1,
      edited: 1,
      rejected: 1,
      ignored: 2,
      clicked: 2,
      rate: 0.4,
    });
    const gaps = await our().call("GET", "/api/reports/gaps", { token: await our().login("lead", "lea") });
    expect(gaps.body.reasons).toContainEqual({ reason: "wrong", count: 1 });
  });

  test("a draft nobody saw is unseen, and stands beside the rate, not in it", async () => {
    const [id, team] = [conversation(), `team-${randomUUID().slice(0, 6)}`];
    await our().say(id, "customer", ask, { conversation: { team } });
    const draft = await our().draftOf(id);
    await our().say(id, "rep", draft.text, { conversation: { team } });
    await ends(draft.id, "unseen");
    await until(async () => (await row("team", team))?.unseen === 1);
    expect(await row("team", team)).toMatchObject({ unseen: 1, decided: 0, rate: null, shown: 0 });
  });

  test("the customer writes again: the older draft goes stale, the newer one counts", async () => {
    const id = conversation();
    const sidebar = await our().watch(id);
    await our().say(id, "customer", ask);
    const first = await sidebar.suggestion("draft", "ready");
    await sidebar.shown(first.id);
    await our().say(id, "customer", "And can I still change the delivery address of my second order?");
    await ends(first.id, "stale");
    expect(await our().suggestion(first.id)).toMatchObject({ status: "stale", reason: expect.stringMatching(/again/) });
    const second = await until(async () => {
      const draft = await our().draftOf(id);
      return draft.id !== first.id && draft;
    });
    await sidebar.shown(second.id);
    await our().say(id, "rep", other);
    await ends(second.id, "ignored");
    expect((await our().suggestion(first.id)).outcome).toBe("stale");
  });

  test("a stale draft that the rep sends after all rises to accepted", async () => {
    const id = conversation();
    const sidebar = await our().watch(id);
    await our().say(id, "customer", ask);
    const first = await sidebar.suggestion("draft", "ready");
    await sidebar.shown(first.id);
    await our().say(id, "customer", "Hello? Is anybody there? I am still waiting for an answer.");
    await ends(first.id, "stale");
    await our().say(id, "rep", first.text);
    await ends(first.id, "accepted");
  });

  test("resolved without a reply: stale", async () => {
    const id = conversation();
    const sidebar = await our().watch(id);
    await our().say(id, "customer", ask);
    const draft = await sidebar.suggestion("draft", "ready");
    await our().hook({ type: "conversation.resolved", conversation: { id }, at: new Date().toISOString() });
    await ends(draft.id, "stale");
    expect((await our().conversation(id)).conversation.status).toBe("resolved");
  });

  test("neither an internal note nor a bot's message is a reply", async () => {
    const id = conversation();
    const sidebar = await our().watch(id);
    await our().say(id, "customer", ask);
    const draft = await sidebar.suggestion("draft", "ready");
    await sidebar.shown(draft.id);
    await our().say(id, "rep", draft.text, { visibility: "internal" });
    await our().say(id, "bot", draft.text);
    await our().settled();
    expect(await our().suggestion(draft.id)).toMatchObject({ outcome: null, status: "ready" });
    await our().say(id, "rep", draft.text);
    await ends(draft.id, "accepted");
  });

  test("a goodbye gets no draft, and the summary says why", async () => {
    const id = conversation();
    const sidebar = await our().watch(id);
    await our().say(id, "customer", ask);
    const draft = await sidebar.suggestion("draft", "ready");
    await our().say(id, "rep", draft.text);
    await our().say(id, "customer", "Thanks, bye!");
    const summary = await until(() =>
      sidebar.frames
        .flatMap((frame) => (frame.type === "suggestion" ? [frame.suggestion] : []))
        .find(
          ({ kind, status, flags }) =>
            kind === "summary" && status === "ready" && flags.some(({ code }) => code === "no_draft"),
        ),
    );
    expect(summary.flags).toContainEqual({ code: "closing" });
    await our().settled();
    expect((await our().conversation(id)).suggestions.filter(({ kind }) => kind === "draft")).toHaveLength(1);
  });
});

describe("what reps ask for", () => {
  const asked = async (id: string, body: object, role: "rep" | "lead" = "rep") =>
    our().call("POST", `/api/conversations/${id}/suggestions`, { token: await our().login(role), body });
  const made = (id: string) =>
    until(async () => {
      const suggestion = await our().suggestion(id);
      return suggestion.status === "ready" && suggestion;
    });

  test("an answer counts only once it was clicked; its use is judged like a draft's", async () => {
    const [id, team] = [conversation(), `team-${randomUUID().slice(0, 6)}`];
    await our().say(id, "customer", ask, { conversation: { team } });
    await our().settled();
    const first = await asked(id, { kind: "answer", question: "How long does a refund take?" });
    expect(first.status).toBe(202);
    const answer = await made(first.body.suggestionId);
    expect(answer).toMatchObject({ kind: "answer", conversationId: id });
    expect(answer.citations.length).toBeGreaterThan(0);
    const second = await made(
      (await asked(id, { kind: "answer", question: "How long does a refund take by card?" })).body.suggestionId,
    );
    expect(second.id).not.toBe(answer.id);
    await decide(answer.id, { action: "inserted" });
    await our().say(id, "rep", answer.text, { conversation: { team } });
    await ends(answer.id, "accepted");
    await our().settled();
    expect((await our().suggestion(second.id)).outcome).toBeNull();
    const token = await our().login("lead", "lea");
    const { body } = await our().call("GET", "/api/reports/records?by=team&limit=1000", { token });
    const own = body.rows.filter((one: Loose) => one.conversationId === id && one.kind === "answer");
    expect(own.map(({ outcome }: Loose) => outcome).sort()).toEqual(["accepted", null]);
    expect(await row("team", team)).toMatchObject({ accepted: 1, unseen: 1, decided: 1 });
  });

  test("a rewrite replaces its draft: superseded, not refused", async () => {
    const id = conversation();
    const sidebar = await our().watch(id);
    await our().say(id, "customer", ask);
    const draft = await sidebar.suggestion("draft", "ready");
    await sidebar.shown(draft.id);
    const { body } = await asked(id, { kind: "rewrite", basedOn: draft.id, instruction: "Shorter, please" });
    const rewrite = await made(body.suggestionId);
    expect(rewrite.basedOn).toBe(draft.id);
    expect(rewrite.text.length).toBeLessThanOrEqual(draft.text.length);
    await ends(draft.id, "superseded");
    await decide(rewrite.id, { action: "inserted" });
    await our().say(id, "rep", `${rewrite.text}`);
    await ends(rewrite.id, "accepted");
    expect((await our().suggestion(draft.id)).superseded).toBe(true);
  });

  test("the rep's own words can be rewritten; wishes without what they need are refused by name", async () => {
    const id = conversation();
    await our().say(id, "customer", ask);
    await our().settled();
    const own = await asked(id, {
      kind: "rewrite",
      text: "Money comes in five days. Be patient.",
      instruction: "shorter",
    });
    expect(await made(own.body.suggestionId)).toMatchObject({ kind: "rewrite" });
    expect((await asked(id, { kind: "answer" })).body.error).toMatchObject({ path: "question" });
    expect((await asked(id, { kind: "rewrite" })).body.error).toMatchObject({ path: "text" });
    expect((await asked(id, { kind: "poem" })).body.error).toMatchObject({ path: "kind" });
    expect(
      (await asked(id, { kind: "rewrite", basedOn: `${own.body.suggestionId.replace("rewrite", "draft")}` })).status,
    ).toBe(404);
    expect((await asked("nowhere", { kind: "draft" })).status).toBe(404);
  });

  test("after the reply a rep can still ask for passages, a draft and a summary", async () => {
    const id = conversation();
    await our().say(id, "customer", ask);
    await our().say(id, "rep", other);
    await our().settled();
    for (const kind of ["policy", "draft", "summary"]) {
      const { status, body } = await asked(id, { kind });
      expect([kind, status]).toEqual([kind, 202]);
      expect(await made(body.suggestionId)).toMatchObject({ kind, status: "ready" });
    }
  });
});

describe("when nothing is made unasked", () => {
  const drafts = async (id: string) => (await our().conversation(id)).suggestions.map(({ kind }) => kind).sort();
  const nobody = { assignee: null };

  test("watched: nothing until somebody opens it or is assigned", async () => {
    await our().settings({ assistWhen: "watched" });
    const id = conversation();
    await our().say(id, "customer", ask, { conversation: nobody });
    await our().settled();
    expect(await drafts(id)).toEqual([]);
    const sidebar = await our().watch(id);
    await sidebar.suggestion("draft", "ready");
    const assigned = conversation();
    await our().say(assigned, "customer", ask, { conversation: nobody });
    await our().settled();
    expect(await drafts(assigned)).toEqual([]);
    await our().hook({
      type: "conversation.assigned",
      conversation: { id: assigned, assignee: { id: "sam" } },
      at: new Date().toISOString(),
    });
    await our().draftOf(assigned);
  });

  test("asked: nothing until the rep asks, then only that", async () => {
    await our().settings({ assistWhen: "asked" });
    const id = conversation();
    const sidebar = await our().watch(id);
    await our().say(id, "customer", ask);
    await our().settled();
    expect(await drafts(id)).toEqual([]);
    const { status } = await our().call("POST", `/api/conversations/${id}/suggestions`, {
      token: await our().login(),
      body: { kind: "draft" },
    });
    expect(status).toBe(202);
    await sidebar.suggestion("draft", "ready");
  });

  test("off: nothing at all, and asking says so", async () => {
    await our().settings({ assistWhen: "off" });
    const id = conversation();
    await our().watch(id);
    await our().say(id, "customer", ask);
    await our().settled();
    expect(await drafts(id)).toEqual([]);
    const { status, body } = await our().call("POST", `/api/conversations/${id}/suggestions`, {
      token: await our().login(),
      body: { kind: "draft" },
    });
    expect([status, body.error?.code]).toEqual([409, "off"]);
  });

  test("teams and kinds narrow it", async () => {
    await our().settings({ teams: ["returns"], kinds: ["policy", "summary"] });
    const [payments, returns] = [conversation(), conversation()];
    await our().say(payments, "customer", ask);
    await our().say(returns, "customer", ask, { conversation: { team: "returns" } });
    await our().settled();
    expect(await drafts(payments)).toEqual([]);
    expect(await drafts(returns)).toEqual(["policy", "summary"]);
    const token = await our().login();
    const off = await our().call("POST", `/api/conversations/${returns}/suggestions`, {
      token,
      body: { kind: "draft" },
    });
    expect([off.status, off.body.error.code]).toEqual([409, "kind_off"]);
  });
});

describe("the control arm", () => {
  test("only a summary; a draft needs `anyway`, which is counted and moves nobody", async () => {
    await our().settings({ holdout: 1 });
    const id = conversation();
    const token = await our().login();
    const sidebar = await our().watch(id);
    await our().say(id, "customer", ask);
    await sidebar.suggestion("summary", "ready");
    await our().settled();
    expect((await our().conversation(id)).suggestions.map(({ kind }) => kind)).toEqual(["summary"]);
    const post = (body: object) => our().call("POST", `/api/conversations/${id}/suggestions`, { token, body });
    for (const body of [{ kind: "draft" }, { kind: "policy" }, { kind: "answer", question: "How long?" }]) {
      const refused = await post(body);
      expect([refused.status, refused.body.error.code]).toEqual([409, "control"]);
    }
    const own = await post({ kind: "rewrite", text: "You get the money soon. Be patient.", instruction: "shorter" });
    expect(own.status).toBe(202);
    expect((await our().call("GET", "/api/policies/search?q=refund", { token })).body.passages.length).toBeGreaterThan(
      0,
    );

    const { status } = await post({ kind: "draft", anyway: true });
    expect(status).toBe(202);
    await sidebar.suggestion("draft", "ready");
    expect((await our().conversation(id)).conversation).toMatchObject({ arm: "control", anyway: true });
    await our().say(id, "customer", "And how long by bank transfer?");
    await our().settled();
    expect((await our().conversation(id)).suggestions.filter(({ kind }) => kind === "draft")).toHaveLength(2);

    await our().settings({ holdout: 0.999999 });
    await our().settings({ holdout: 1 });
    const lead = await our().login("lead", "lea");
    const effect = await our().call("GET", "/api/reports/effect", { token: lead });
    expect(effect.body).toMatchObject({ running: true, helpedAnyway: 0 });
    expect((await our().conversation(id)).conversation.arm).toBe("control");
  });

  test("the effect report counts a conversation from its first message on, and who was helped anyway", async () => {
    await our().settings({ holdout: 1 });
    const lead = await our().login("lead", "lea");
    const before = (await our().call("GET", "/api/reports/effect", { token: lead })).body;
    const id = conversation();
    await our().say(id, "customer", ask);
    await our().settled();
    await our().call("POST", `/api/conversations/${id}/suggestions`, {
      token: await our().login(),
      body: { kind: "draft", anyway: true },
    });
    await our().settled();
    const after = (await our().call("GET", "/api/reports/effect", { token: lead })).body;
    expect(after.helpedAnyway).toBe(before.helpedAnyway + 1);
    expect(after.measurement.id).toBe(before.measurement.id);
  });
});

describe("crossings, from outside", () => {
  test("a crash between keeping and enqueuing: the redelivery is a duplicate, and the job is done", async () => {
    const id = conversation();
    const payload = message(id, "customer", ask);
    const event = payload as unknown as Event;
    expect(
      await append(our().table, "demo", event, Date.now(), Math.floor(Date.now() / 1_000) + 86_400, listed()),
    ).toBe("stored");
    const answer = await our().hook(payload);
    expect([answer.status, answer.body.status]).toEqual([202, "duplicate"]);
    await our().draftOf(id);
  });

  test("a dead letter marks what it was to make as failed, and those who watch see it", async () => {
    const id = conversation();
    const sidebar = await our().watch(id);
    await our().say(id, "customer", ask);
    const draft = await sidebar.suggestion("draft", "ready");
    await changeState(our().table, "demo", draft.id, (state) => ({
      ...state,
      status: "streaming",
      owner: "gone",
      leaseUntil: 0,
    }));
    const { handler } = await import("@cuecard/functions/deadletter");
    const body = JSON.stringify({ type: "open", workspace: "demo", conversationId: id });
    const result = await handler({ Records: [{ messageId: "dead-1", body }] } as unknown as Parameters<
      typeof handler
    >[0]);
    expect(result).toEqual({ batchItemFailures: [] });
    expect((await sidebar.suggestion("draft", "failed")).reason).toMatch(/could not be made/);
    expect((await our().suggestion(draft.id)).status).toBe("failed");
    const again = await our().call("POST", `/api/conversations/${id}/suggestions`, {
      token: await our().login(),
      body: { kind: "draft" },
    });
    expect(again.body.suggestionId).toBe(draft.id);
    await until(async () => (await our().suggestion(draft.id)).status === "ready");
  });

  test("an end that is told late says nothing of what was asked since", async () => {
    const id = conversation();
    await our().say(id, "customer", ask);
    const draft = await our().draftOf(id);
    const before = new Date(Date.now() - 60_000).toISOString();
    await our().hook({ type: "conversation.resolved", conversation: { id }, at: before });
    await our().settled();
    expect(await our().suggestion(draft.id)).toMatchObject({ status: "ready", outcome: null });
    expect((await our().conversation(id)).conversation.status).toBe("open");
  });

  test("a watch that ran out counts as none, even while it is still stored", async () => {
    await our().settings({ assistWhen: "watched" });
    const id = conversation();
    await our().table.put({
      pk: `V#demo#${id}`,
      sk: "gone=",
      v: 1,
      repId: "sam",
      expiresAt: Math.floor(Date.now() / 1_000) - 60,
    });
    await our().say(id, "customer", ask, { conversation: { assignee: null } });
    await our().settled();
    expect((await our().conversation(id)).suggestions).toEqual([]);
  });
});

// biome-ignore lint/suspicious/noExplicitAny: rows of an answer under test
type Loose = any;
const numbers = (text: string) =>
  [...new Set([...text.matchAll(/\[(\d+)\]/g)].map(([, n]) => Number(n)))].sort((a, b) => a - b);
