import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { cited, drafts } from "../eval/drafts.ts";
import { quoteFirstPassage } from "../openai/answers.ts";
import { startModelServer } from "../openai/server.ts";

test("what a model drafts is counted: citations, unsupported figures, language, tokens", async () => {
  const folder = mkdtempSync(join(tmpdir(), "cuecard-eval-"));
  mkdirSync(join(folder, "star"));
  const put = (name: string, list: object[]) =>
    writeFileSync(join(folder, "star", `${name}.jsonl`), list.map((one) => JSON.stringify(one)).join("\n"));
  put("policy_corpus", [
    { id: "a", title: "Refunds", text: "A refund takes up to fourteen days from the day of return." },
    { id: "b", title: "Parking", text: "Parking in our garage is free for all guests at night." },
  ]);
  put(
    "policy_queries",
    Array.from({ length: 4 }, () => ({ customer_turns: ["How long does a refund take?"] })),
  );
  const server = await startModelServer({ otherwise: { text: quoteFirstPassage } });
  onTestFinished(async () => {
    rmSync(folder, { recursive: true });
    await server.stop();
  });
  const endpoint = { apiKey: "any", model: "gpt-5-mini", baseURL: server.url };
  const good = await drafts(folder, endpoint, 4);
  expect(good).toMatchObject({ n: 4, failed: 0, citedShare: 1, unsupportedEach: 0, rightLanguage: 1 });
  expect(good!.usdEach).toBeGreaterThan(0);
  server.plan({
    text: "Hello Ada,\n\nSie bekommen morgen ganz sicher 99,00 € von uns zurück, das versprechen wir Ihnen.",
  });
  expect(await drafts(folder, endpoint, 2)).toMatchObject({
    n: 2,
    citedShare: 0,
    rightLanguage: 0,
    unsupportedEach: 1,
  });
});

test("a mark stands for the sentences before it in its paragraph", () => {
  expect(
    cited(
      "Hello,\n\nOne two three four five six. Two three four five six seven [1]. And this one stands alone here now.",
    ),
  ).toEqual({
    said: 3,
    cited: 2,
  });
});
