/** What whoever runs it can see: one id from the webhook to the frame, figures CloudWatch understands, and no word of a customer. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as keys from "@cuecard/core/store/keys";
import { log } from "@cuecard/functions/log";
import { embedded } from "@cuecard/functions/metrics";
import { describe, expect, test } from "vitest";
import { message, product, until } from "./product.ts";

const our = product();

type Line = { message: string; level: string; correlation?: string; _aws?: unknown } & Record<string, unknown>;
const written = () => readFileSync(join(our().dataFolder, "log.jsonl"), "utf8");
const lines = (): Line[] =>
  written()
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
const withId = (id: string) => lines().filter(({ correlation }) => correlation === id);

describe("one id", () => {
  test("from the delivery over its job to the suggestions, their frames and the decision", async () => {
    const { hook, watch, draftOf } = our();
    const sidebar = await watch("op-1");
    const delivered = await hook(
      message("op-1", "customer", "How long does a refund take? My code word is xyzzy-4711."),
    );
    const id = delivered.headers.get("apigw-requestid")!;
    expect(id).toBeTruthy();
    const draft = await draftOf("op-1");
    await sidebar.suggestion("draft", "ready");
    await sidebar.shown(draft.id);
    await until(() => withId(id).some(({ message }) => message === "job"));
    const said = withId(id).map(({ message }) => message);
    expect([...new Set(said)].sort()).toEqual(["event", "frame", "job", "suggestion"]);
    expect(withId(id).filter(({ message }) => message === "event")).toMatchObject([
      { helpdesk: "standard", answer: "accepted", Events: 1, Handled: 1, Errors: 0, stage: "local" },
    ]);
    const drafts = withId(id).filter(({ message, kind }) => message === "suggestion" && kind === "draft");
    expect(drafts).toMatchObject([{ state: "ready", Drafts: 1, FirstTokenMs: expect.any(Number) }]);

    const reply = await hook(message("op-1", "rep", draft.text.replaceAll(/ ?\[\d+\]/g, "")));
    const second = reply.headers.get("apigw-requestid")!;
    await until(() => withId(second).some(({ message }) => message === "decision"));
    expect(withId(second).filter(({ Decisions }) => Decisions === 1)[0]).toMatchObject({ decision: "accepted" });
  });

  test("from a page's wish to its job", async () => {
    const { call, login, say, draftOf } = our();
    await say("op-2", "customer", "Can I return my order?");
    await draftOf("op-2");
    const wish = { kind: "draft", instruction: "shorter, and mention plugh-8822" };
    const asked = await call("POST", "/api/conversations/op-2/suggestions", { token: await login(), body: wish });
    expect(asked.status).toBe(202);
    const id = asked.headers.get("apigw-requestid")!;
    await until(() => withId(id).some(({ message }) => message === "suggestion"));
    expect(withId(id)[0]).toMatchObject({
      message: "request",
      route: "POST /api/conversations/:id{.+}/suggestions",
      status: 202,
      workspace: "demo",
      role: "rep",
    });
  });
});

test("nothing anybody wrote, and no rep's id, stands in a line; errors tell a code", async () => {
  const { call, login } = our();
  const token = await login("rep", "rep-frotz-1");
  await call("GET", "/api/policies/search?q=frotz-5544", { token });
  await call("PUT", "/api/settings", { token, body: { holdout: "frotz-5544" } });
  await our().hook({ type: "nonsense", text: "frotz-5544" }, { workspace: "frotz-5544" });
  const refused = await until(() => lines().find(({ code }) => code === "role"));
  expect(refused).toMatchObject({ message: "request", level: "info", status: 403 });
  const stranger = await until(() => lines().find(({ code }) => code === "workspace_unknown"));
  expect(stranger).toMatchObject({ message: "event", answer: "refused", helpdesk: "standard", status: 404 });
  expect(written()).not.toMatch(/xyzzy|plugh|frotz|Ada Byron|ada@example\.com|refund take/);
});

test("an error of a parser is told without what it quotes", () => {
  const error = new SyntaxError('Unexpected token in "gnusto-77 wrote this"');
  log("error", "an error to be told", { error: Object.assign(error, { code: "EGNUSTO" }) });
  const line = our().lines.find((one) => one.includes("an error to be told")) ?? "";
  expect(JSON.parse(line).error).toMatchObject({ name: "SyntaxError", code: "EGNUSTO", stack: expect.any(Array) });
  expect(line).not.toContain("gnusto-77");
});

test("figures are CloudWatch's: a line names its metrics, their unit, and the fields that divide them", () => {
  const line = embedded(
    [
      { name: "Drafts", value: 1, by: { state: "ready" } },
      { name: "FirstTokenMs", value: 412 },
      { name: "CostUsd", value: 0.002 },
    ],
    { stage: "prod", atMs: 1_700_000_000_000 },
  );
  expect(line).toEqual({
    stage: "prod",
    state: "ready",
    Drafts: 1,
    FirstTokenMs: 412,
    CostUsd: 0.002,
    _aws: {
      Timestamp: 1_700_000_000_000,
      CloudWatchMetrics: [
        { Namespace: "Cuecard", Dimensions: [["stage", "state"]], Metrics: [{ Name: "Drafts", Unit: "Count" }] },
        {
          Namespace: "Cuecard",
          Dimensions: [["stage"]],
          Metrics: [
            { Name: "FirstTokenMs", Unit: "Milliseconds" },
            { Name: "CostUsd", Unit: "None" },
          ],
        },
      ],
    },
  });
  expect(embedded([], { stage: "prod", atMs: 0 })).toEqual({});
});

describe("too much", () => {
  const wish = { kind: "rewrite", text: "please wait" };
  /** As if other processes had taken all that is shared in this minute. */
  const spent = (what: string, repId: string) =>
    our().table.put({
      ...keys.pace("demo", `${what}#rep#${repId}`),
      v: 1,
      rev: 1,
      minute: Math.floor(Date.now() / 60_000),
      taken: 1_000_000,
    });
  test("of one rep is refused in words a program can follow, and the others go on", async () => {
    const { call, login, say, draftOf } = our();
    await say("op-limit", "customer", "How long does a refund take?");
    await draftOf("op-limit");
    const path = "/api/conversations/op-limit/suggestions";
    const token = await login("rep", "runaway");
    const ask = () => call("POST", path, { token, body: { ...wish, kind: "nonsense" } });
    const refused = await until(async () => {
      await spent("suggestions", "runaway");
      const answers = await Promise.all(Array.from({ length: 10 }, ask));
      return answers.find(({ status }) => status === 429);
    }, 15_000);
    expect(refused.body.error.code).toBe("rep_limit");
    const seconds = Number(refused.headers.get("retry-after"));
    expect(seconds).toBeGreaterThanOrEqual(1);
    expect(seconds).toBeLessThanOrEqual(60);
    expect((await call("POST", path, { token: await login("rep", "calm"), body: wish })).status).toBe(202);
    expect((await call("GET", "/api/me", { token })).status, "what costs nothing").toBe(200);
  });

  test("before signing in is refused for everybody, and who is in stays in", async () => {
    const { call, login } = our();
    const token = await login("rep", "inside");
    const shared = { ...keys.pace("*", "signIns#all"), v: 1, rev: 1, taken: 1_000_000 };
    const refused = await until(async () => {
      await our().table.put({ ...shared, minute: Math.floor(Date.now() / 60_000) });
      const answers = await Promise.all(Array.from({ length: 50 }, () => call("POST", "/api/session", { body: {} })));
      expect(answers.every(({ status }) => status === 400 || status === 429)).toBe(true);
      return answers.find(({ status }) => status === 429);
    }, 15_000);
    expect(refused.body.error.code).toBe("signin_limit");
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
    expect((await call("GET", "/api/me", { token })).status).toBe(200);
  });

  test("over a WebSocket is an error frame, and the connection stays", async () => {
    const { watch, login } = our();
    const sidebar = await watch("op-3", await login("rep", "chatterbox"));
    const error = await until(async () => {
      await spent("actions", "chatterbox");
      for (let i = 0; i < 40; i++) sidebar.send({ action: "unwatch", conversationId: "nothing" });
      await new Promise((resolve) => setTimeout(resolve, 300));
      return sidebar.frames.find((frame) => frame.type === "error");
    }, 15_000);
    expect(error).toMatchObject({ error: { code: "rep_limit" }, conversationId: "nothing" });
    expect(sidebar.socket.readyState).toBe(sidebar.socket.OPEN);
  });
});
