/** What the lookup and unseen drafts asked of a provider, by day, purpose and model: tokens and dollars that no suggestion carries. */
import * as z from "zod";
import { priceUsd } from "../model/prices.ts";
import * as keys from "./keys.ts";
import { change, type Stored, type Table } from "./port.ts";

const Spent = z.object({
  day: z.string(),
  /** `articles`: their vectors. `question`: a question's. `translation`: a question in the articles' language. `shadow`: drafts nobody sees. */
  what: z.enum(["articles", "question", "translation", "shadow"]),
  model: z.string(),
  calls: z.number(),
  tokensIn: z.number(),
  tokensOut: z.number(),
  /** null: a model whose price is not known. */
  usd: z.number().nullable(),
});
export type Spent = z.infer<typeof Spent>;

/** Many questions a second must not wait for one item: the day's sums lie in so many. */
const shards = 8;

export async function addSpent(
  table: Table,
  workspace: string,
  { day, what, model, tokensIn, tokensOut }: Omit<Spent, "calls" | "usd">,
  nonce: string,
): Promise<void> {
  const shard = Number.parseInt(keys.sha256(nonce).slice(0, 4), 16) % shards;
  const usd = priceUsd(model, tokensIn, tokensOut);
  const key = keys.spent(workspace, day, `${what}#${model}#${shard}`);
  await change<Stored & Spent>(table, key, (old) => ({
    ...key,
    v: 1,
    day,
    what,
    model,
    calls: (old?.calls ?? 0) + 1,
    tokensIn: (old?.tokensIn ?? 0) + tokensIn,
    tokensOut: (old?.tokensOut ?? 0) + tokensOut,
    usd: usd === null || old?.usd === null ? null : (old?.usd ?? 0) + usd,
  }));
}

/** From the first day to the last, both included; one entry a purpose and model. */
export async function listSpent(table: Table, workspace: string, from: string, to: string): Promise<Spent[]> {
  const items = await table.query({ pk: keys.workspacePk(workspace), from: `SPENT#${from}`, to: `SPENT#${to}$` });
  const sums = new Map<string, Spent>();
  for (const item of items.map((one) => Spent.parse(one))) {
    const id = `${item.what}\n${item.model}`;
    const sum = sums.get(id);
    sums.set(
      id,
      sum
        ? {
            ...sum,
            calls: sum.calls + item.calls,
            tokensIn: sum.tokensIn + item.tokensIn,
            tokensOut: sum.tokensOut + item.tokensOut,
            usd: sum.usd === null || item.usd === null ? null : sum.usd + item.usd,
          }
        : item,
    );
  }
  return [...sums.values()];
}
