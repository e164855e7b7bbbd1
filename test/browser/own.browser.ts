/** What drafts learned from a rep's own replies, under ⋯ in the sidebar. */
import { expect, test } from "vitest";
import { place, ready, setup, violations } from "./setup.ts";

const { serve, visit } = setup();

test("a rep sees what drafts learned from the own replies, and takes one out", async () => {
  const server = await serve();
  place(server, "c1", { suggestions: ready("c1") });
  const lessons = [
    { id: "one~aa", at: "", question: "Where is my refund?", reply: "Hello {name},\n\nit comes." },
    { id: "two~bb", at: "", question: "Can I pay in cash?", reply: "No, by card alone." },
  ];
  server.instead["GET /api/me/lessons"] = { status: 200, body: { lessons } };
  server.instead["DELETE /api/me/lessons/one~aa"] = { status: 200, body: {} };
  const page = await visit("/sidebar?conversation=c1", { viewport: { width: 320, height: 700 } });
  await page.getByRole("button", { name: "Help, keys and your figures" }).click();
  expect(server.calls.some(({ path }) => path === "/api/me/lessons")).toBe(false);
  await page.getByText("What drafts learned from your replies").click();
  await page.getByText("No, by card alone.").waitFor();
  expect(await violations(page)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
  await page.getByRole("button", { name: "Take out" }).first().click();
  await page.getByText("Taken out. Within the hour no draft goes by it.").waitFor();
  expect(await page.getByText("Hello {name}").count()).toBe(0);
});
