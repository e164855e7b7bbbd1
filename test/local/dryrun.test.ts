/** The dry run: learns from the earlier part alone, and shows each draft beside the reply really sent. */
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { extractiveModel } from "@cuecard/core/model/extractive";
import type { Model } from "@cuecard/core/model/port";
import { page } from "@cuecard/local/dryrun/page";
import { dryRun, split } from "@cuecard/local/dryrun/run";
import { describe, expect, onTestFinished, test } from "vitest";

const asked = "Hello, my kettle leaks at the bottom since yesterday, what can I do?";
const told = "I am sorry to hear that. We will send you a new kettle, please keep the old one until it has come.";
const talk = (n: number, question = asked, reply = told) => ({
  id: `d-${n}`,
  language: "en",
  turns: [
    { author: "customer" as const, text: question },
    { author: "rep" as const, text: reply },
    { author: "customer" as const, text: "Thanks, bye!" },
    { author: "rep" as const, text: "You are welcome, have a nice day." },
  ],
});
const options = (model: Model = extractiveModel) => ({
  articles: [
    {
      id: "hours",
      title: "Opening hours",
      text: "The shop is open from nine to five.",
      language: "en",
      audience: "public" as const,
    },
  ],
  saved: [],
  model,
  last: 500,
  today: "2026-03-01",
  signal: new AbortController().signal,
});

describe("the dry run", () => {
  test("learns from the earlier half alone and judges by the text that was sent", async () => {
    const all = [1, 2, 3, 4].map((n) => talk(n));
    all[3] = talk(4, "Why is <b>my</b> carpet purple & wet since the flood came?", "Let me ask <i>them</i>.");
    const run = await dryRun(all, options());
    expect(run.learnt).toEqual({ conversations: 2, replies: 4, articles: 1 });
    expect(run.turns.map(({ conversationId, verdict, why }) => [conversationId, verdict ?? why])).toEqual([
      ["d-3", "accepted"],
      ["d-3", "closing"],
      ["d-4", "nothing"],
      ["d-4", "closing"],
    ]);
    expect(run.turns[0]).toMatchObject({ draft: told, sent: told, retained: 1, gap: true });
    expect(run.retained).toBe(1);
    expect(run.share).toEqual({ drafted: 0.25, accepted: 0.25, edited: 0 });
    expect(run.gaps.map(({ question }) => question)).toContain(
      "Why is <b>my</b> carpet purple & wet since the flood came?",
    );
    expect(run.cost.measured).toBe(false);
    expect(run.cost.per1000.every(({ usd }) => usd !== null && usd > 0)).toBe(true);
    const html = page(run, "past.jsonl", "today");
    expect(html).toContain("&lt;b&gt;my&lt;/b&gt; carpet purple &amp; wet");
    expect(html).not.toMatch(/<script|src=|href=|@import|url\(/);
  });

  test("what is judged was never learnt from, however few are asked for", () => {
    const all = Array.from({ length: 10 }, (_, n) => talk(n));
    for (const last of [1, 4, 9, 500]) {
      const { earlier, later } = split(all, last);
      expect([...earlier, ...later]).toEqual(all);
      expect(earlier.length).toBeGreaterThanOrEqual(5);
      expect(later.length * 2).toBeGreaterThanOrEqual(Math.min(last, 10));
    }
  });

  test("a model's tokens are counted, and past replies reach it as forms", async () => {
    const prompts: string[] = [];
    const model: Model = {
      engine: "gpt-5-mini",
      model: "gpt-5-mini",
      promptVersion: "t",
      async *write(task) {
        prompts.push(JSON.stringify(task.examples));
        yield { usage: { tokensIn: 1_000, tokensOut: 100 } };
        yield { text: told };
      },
    };
    const named = talk(1, `${asked} I am Zelda Quist, zelda@example.org.`, `Hi Zelda, ${told}`);
    const run = await dryRun([named, talk(2)], options(model));
    expect(run.cost).toMatchObject({ measured: true, tokensIn: 2_000, tokensOut: 200 });
    // 2,000 in at $0.25 and 200 out at $2 a million, for one conversation; a thousand of them.
    expect(run.cost.per1000).toEqual([{ model: "gpt-5-mini", usd: expect.closeTo(0.9, 6) }]);
    expect(prompts[0]).toContain("We will send you a new kettle");
    expect(prompts.join()).not.toMatch(/Zelda|Quist|zelda@/);
  });

  test("npm run dryrun writes one page and, with --json, one object", async () => {
    const folder = await mkdtemp(join(tmpdir(), "cuecard-dryrun-"));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const lines = [1, 2, 3, 4].map((n) =>
      JSON.stringify({
        id: n,
        events: talk(n).turns.map(({ author, text }, i) => ({
          t: i,
          type: "message",
          speaker: author === "rep" ? "agent" : "customer",
          text,
        })),
      }),
    );
    await writeFile(join(folder, "past.jsonl"), lines.join("\n"));
    const out = join(folder, "page.html");
    const { stdout, status } = spawnSync(
      join("node_modules", ".bin", "tsx"),
      ["packages/local/src/commands/dryrun.ts", join(folder, "past.jsonl"), "--out", out, "--json"],
      { encoding: "utf8", env: { ...process.env, OPENAI_API_KEY: "" } },
    );
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ replies: 4, page: out, retained: 1 });
    expect(await readFile(out, "utf8")).toContain("Really sent");
  });
});
