/**
 * From the customer's message to the first and the last word of the draft in a sidebar, beside the `openai` client that asks
 * the same server directly. Alternating, so that a busy machine hurts both alike.
 */
import { randomUUID } from "node:crypto";
import OpenAI from "openai";
import { said } from "./dialogue.ts";
import { percentile, round } from "./figures.ts";
import { startModelProcess } from "./model-server.ts";
import { startProduct } from "./product.ts";

export const firstTokenMs = 250;
const tokensPerSecond = 60;
/** About twenty tokens: the last word is then some 330 ms after the first. */
const text =
  "Hello Nora, a refund takes up to 14 days from the day you hand the parcel to the carrier [1]. Kind regards";
const question = "I returned my shoes ten days ago and still have no refund. How long does a refund take?";

export type Pairs = { ours: number[]; theirs: number[] };

export async function firstToken({ pairs }: { pairs: number }) {
  const model = await startModelProcess([
    "--first-token-ms",
    String(firstTokenMs),
    "--tokens-per-second",
    String(tokensPerSecond),
    "--text",
    text,
  ]);
  const product = await startProduct({ env: { ...model.env, BENCH_PLAIN: "1" } });
  const sidebar = await product.sidebar();
  const client = new OpenAI({ apiKey: "any", baseURL: model.env.OPENAI_BASE_URL });
  const first: Pairs = { ours: [], theirs: [] };
  const last: Pairs = { ours: [], theirs: [] };
  // The first ones open connections and load indexes.
  const warmUp = 5;
  try {
    for (let n = -warmUp; n < pairs; n++) {
      const theirs = await direct(client);
      const id = `first-${randomUUID().slice(0, 8)}`;
      sidebar.send({ action: "watch", conversationId: id });
      const ours = await asked(product, sidebar, id);
      sidebar.send({ action: "unwatch", conversationId: id });
      await product.settled();
      if (n < 0) continue;
      first.ours.push(ours.first);
      first.theirs.push(theirs.first);
      last.ours.push(ours.last);
      last.theirs.push(theirs.last);
    }
  } finally {
    sidebar.close();
    await product.stop();
    await model.stop();
  }
  return {
    pairs,
    modelFirstTokenMs: firstTokenMs,
    ...compared(first),
    last: compared(last),
  };
}

function compared({ ours, theirs }: Pairs) {
  const [p50, p95] = [percentile(ours, 0.5), percentile(ours, 0.95)];
  const [q50, q95] = [percentile(theirs, 0.5), percentile(theirs, 0.95)];
  return {
    p50Ratio: round(p50 / q50, 3),
    p95Ratio: round(p95 / q95, 3),
    p50OverheadMs: round(p50 - q50, 1),
    p95OverheadMs: round(p95 - q95, 1),
  };
}

async function direct(client: OpenAI): Promise<{ first: number; last: number }> {
  const began = performance.now();
  const stream = await client.chat.completions.create({
    model: "gpt-5-mini",
    stream: true,
    messages: [
      { role: "system", content: "You draft replies for a support rep. ".repeat(60) },
      { role: "user", content: question },
    ],
  });
  let first = 0;
  for await (const chunk of stream) if (chunk.choices[0]?.delta.content) first ||= performance.now() - began;
  return { first, last: performance.now() - began };
}

async function asked(
  product: Awaited<ReturnType<typeof startProduct>>,
  sidebar: Awaited<ReturnType<typeof product.sidebar>>,
  id: string,
): Promise<{ first: number; last: number }> {
  await new Promise((resolve) => setTimeout(resolve, 30));
  const draft = () =>
    [...sidebar.suggestions.values()].find((one) => one.conversationId === id && one.kind === "draft");
  const began = performance.now();
  const status = await product.hook(said(id, 0, { by: "customer", text: question }, new Date().toISOString()));
  if (status !== 202) throw new Error(`The webhook answered ${status}.`);
  const begun = await sidebar.until(() => (draft()?.text ? performance.now() - began : undefined), 20_000);
  const ended = await sidebar.until(
    () => (draft()?.status === "ready" ? performance.now() - began : undefined),
    20_000,
  );
  if (begun === undefined || ended === undefined) throw new Error("No draft came.");
  return { first: begun, last: ended };
}
