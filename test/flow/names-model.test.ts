/** A name that was read from the helpdesk's API is one of those that never reach a model. */
import { randomUUID } from "node:crypto";
import { sender } from "@cuecard/local/senders/sender";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ModelServer, startModelServer } from "../openai/server.ts";
import { product, until } from "./product.ts";

let model: ModelServer;
const real = globalThis.fetch;
beforeAll(async () => {
  model = await startModelServer();
  globalThis.fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (url.hostname !== "acme.zendesk.com") return real(input, init);
    return Response.json({ user: { id: 100, name: "Grace Hopper", email: "grace@example.com" } });
  };
});
const our = product({
  env: () => ({ OPENAI_API_KEY: "sk-test", OPENAI_BASE_URL: model.url, CUECARD_MODEL: "gpt-4o-mini" }),
});
afterAll(async () => {
  globalThis.fetch = real;
  await model.stop();
});

async function wrote(id: string, text: string) {
  const at = new Date().toISOString();
  const { path, body, headers } = (await sender("zendesk", "s")).build(
    {
      type: "message.created",
      conversation: { id, customer: { id: "100" } },
      message: { id: randomUUID(), at, author: { kind: "customer", id: "100" }, visibility: "public", text },
    },
    { nowMs: Date.now(), deliveryId: randomUUID() },
  )!;
  expect((await our().call("POST", `/webhooks/demo${path}`, { body, headers })).status).toBe(202);
}

test("a fetched name is replaced in the next prompt, and so is an address", async () => {
  // Nothing is written before the name is there.
  await our().settings({ assistWhen: "asked" });
  const token = await our().login("admin", "ada");
  const body = { secret: "s", subdomain: "acme", accessToken: "t" };
  expect((await our().call("PUT", "/api/helpdesks/zendesk", { token, body })).status).toBe(200);
  await wrote("c-names", "Where is my refund?");
  await until(async () => (await our().conversation("c-names")).conversation?.customer?.name === "Grace Hopper");
  await our().settled();
  await our().settings({ assistWhen: "always" });
  const isDraft = ({ content }: { content: string }) => content.includes("Write the reply the rep could send now");
  model.plan({ when: isDraft, text: "Hello Grace,\n\nwe look for it." });
  model.plan({ when: ({ content }) => content.includes("Summarise the conversation"), text: "Asked for a refund." });
  await wrote("c-names", "Regards, Grace Hopper, grace@example.com");
  await until(() => model.requests.some(isDraft));
  await our().settled();
  for (const { content } of model.requests) expect(content).not.toMatch(/grace|hopper/i);
  expect(model.requests.find(isDraft)?.content).toContain("The customer's name:");
}, 30_000);
