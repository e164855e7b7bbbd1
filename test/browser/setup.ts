/** What each file of browser tests shares: one browser, one stand-in server, fresh pages. */
import { readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import type { ConversationView, MessageView, Suggestion } from "@cuecard/core/protocol";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { buildPages, type Opened, open, openBrowser } from "./browser.ts";
import * as Canned from "./canned.ts";
import { type StandIn, standIn } from "./stand-in.ts";

export function setup() {
  let browser: Browser;
  let dist: string;
  let server: StandIn;
  const opened: Opened[] = [];
  /**
   * Answers a test asked for are logged by the browser as failed loads; so is a frame that may not be held, or may not reach
   * the clipboard by the new way. All else in the console is a fault.
   */
  const expected =
    /Failed to load resource|WebSocket connection|Clipboard API has been blocked|directive: "frame-ancestors/;

  beforeAll(async () => {
    [browser, dist] = await Promise.all([openBrowser(), buildPages()]);
  });
  afterAll(async () => {
    await browser?.close();
    if (dist) await rm(dist, { recursive: true, force: true, maxRetries: 3 });
  });
  afterEach(async () => {
    for (const { page } of opened) await page.context().close();
    await server?.close();
    const faults = opened.splice(0).flatMap(({ faults }) => faults);
    expect(faults.filter((fault) => !expected.test(fault))).toEqual([]);
  });

  return {
    async serve(): Promise<StandIn> {
      server = await standIn(dist);
      return server;
    },
    async visit(path: string, options?: Parameters<typeof open>[2]): Promise<Page> {
      const one = await open(browser, new URL(path, server.url).href, options);
      opened.push(one);
      return one.page;
    },
  };
}

type Scene = {
  suggestions?: Suggestion[];
  conversation?: Partial<ConversationView>;
  messages?: MessageView[];
};

export function place(server: StandIn, id: string, { suggestions = [], conversation, messages }: Scene = {}) {
  server.conversations[id] = {
    conversation: Canned.conversation(id, conversation),
    messages: messages ?? [Canned.message(`${id}-m1`, 0, Canned.question)],
    suggestions,
  };
}

export const ready = (id: string) => [Canned.summary(id), Canned.policy(id), Canned.suggestion(id)];

const axe = readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** The rules axe-core found broken, with the elements; none is what we want. Evaluated, as the page's policy forbids injected tags. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(await axe);
  return page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await axe.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
  });
}
