/** What one conversation costs: ten messages, four drafts, each seen and decided, one outcome; counted call by call. */
import { randomUUID } from "node:crypto";
import type { Called } from "./between.ts";
import { type Line, resolved, said } from "./dialogue.ts";
import { round } from "./figures.ts";
import { startModelProcess } from "./model-server.ts";
import { startProduct } from "./product.ts";

const question = (n: number): Line => ({
  by: "customer",
  text: [
    "I returned my shoes ten days ago and still have no refund. How long does a refund take?",
    "And will the next payment still be taken while the return is on its way?",
    "What happens with the late fee, can it be taken off?",
    "How do I change the e-mail address of my account?",
  ][n]!,
});

/** Turns of the customer; the rep answers each with the draft as it stands, and two short lines end the conversation. */
const turns = 4;

export type Counts = {
  messages: number;
  drafts: number;
  decisions: number;
  written: number;
  least: number;
  read: number;
  calls: number;
  lambda: { webhook: number; worker: number; socket: number };
  queued: number;
  frames: number;
  /** Of one draft, on average. */
  tokens: { in: number; out: number };
  byKind: Record<string, { calls: number; written: number }>;
};

/** `conversations` of them, one after another, through the signed webhook and a sidebar; figures of one. */
export async function conversationCounts({ conversations }: { conversations: number }): Promise<Counts> {
  const model = await startModelProcess(["--first-token-ms", "60", "--tokens-per-second", "200"]);
  const product = await startProduct({ env: model.env });
  const sidebar = await product.sidebar("bench-rep");
  const rep = await product.as("rep", "bench-rep");
  const tally = { messages: 0, drafts: 0, decisions: 0, frames: 0, socket: 0, in: 0, out: 0 };
  try {
    await one("warm-up");
    await product.settled();
    for (const name of Object.keys(tally) as (keyof typeof tally)[]) tally[name] = 0;
    const framesBefore = sidebar.frames();
    await product.ask("reset");
    for (let n = 0; n < conversations; n++) await one(`units-${randomUUID().slice(0, 8)}`);
    await product.settled();
    await new Promise((resolve) => setTimeout(resolve, 200));
    const counted = (await product.ask("counted")).counted!;
    const per = (value: number) => round(value / conversations, 2);
    const sum = (pick: (call: Called) => number) => counted.calls.reduce((all, call) => all + pick(call), 0);
    return {
      messages: per(tally.messages),
      drafts: per(tally.drafts),
      decisions: per(tally.decisions),
      written: per(sum(({ written }) => written)),
      least: per(counted.least),
      read: per(sum(({ read }) => read)),
      calls: per(counted.calls.length),
      lambda: {
        webhook: per(tally.messages + conversations),
        worker: per(tally.messages + conversations),
        socket: per(tally.socket),
      },
      queued: per(tally.messages + conversations),
      frames: per(sidebar.frames() - framesBefore),
      tokens: { in: round(per(tally.in)), out: round(per(tally.out)) },
      byKind: Object.fromEntries(
        [...kinds(counted.calls)].map(([kind, { calls, written }]) => [
          kind,
          { calls: per(calls), written: per(written) },
        ]),
      ),
    };
  } finally {
    sidebar.close();
    await product.stop();
    await model.stop();
  }

  async function one(id: string): Promise<void> {
    let n = 0;
    const say = async (line: Line) => {
      const status = await product.hook(said(id, n++, line, new Date().toISOString(), "bench-rep"));
      if (status !== 202) throw new Error(`The webhook answered ${status}.`);
      tally.messages++;
    };
    sidebar.send({ action: "watch", conversationId: id });
    await new Promise((resolve) => setTimeout(resolve, 50));
    const seen = new Set<string>();
    for (let turn = 0; turn < turns; turn++) {
      await say(question(turn));
      const draft = await sidebar.until(
        () =>
          [...sidebar.suggestions.values()].find(
            (one) => one.conversationId === id && one.kind === "draft" && one.status === "ready" && !seen.has(one.id),
          ),
        20_000,
      );
      if (!draft) throw new Error("No draft came.");
      seen.add(draft.id);
      tally.drafts++;
      sidebar.send({ action: "shown", suggestionId: draft.id });
      await product.settled();
      await rep("POST", `/api/suggestions/${encodeURIComponent(draft.id)}/decision`, { body: { action: "inserted" } });
      await say({ by: "rep", text: draft.text });
      await product.settled();
      const kept = (await rep("GET", `/api/suggestions/${encodeURIComponent(draft.id)}`)).json;
      if (kept.outcome) tally.decisions++;
      tally.in += Number(kept.tokensIn ?? 0) / turns;
      tally.out += Number(kept.tokensOut ?? 0) / turns;
      tally.socket++;
    }
    await say({ by: "customer", text: "Thank you, bye" });
    await product.settled();
    await say({ by: "rep", text: "You are welcome. Have a nice day!" });
    await product.settled();
    await product.hook(resolved(id, new Date().toISOString(), "bench-rep"));
    sidebar.send({ action: "unwatch", conversationId: id });
    await product.settled();
    tally.socket += 2;
  }
}

/** By what the sort key begins with; where the partition says more, by that. */
function kinds(calls: Called[]): Map<string, { calls: number; written: number }> {
  const found = new Map<string, { calls: number; written: number }>();
  for (const { action, key, written } of calls) {
    const [pk = "", sk = ""] = key.split(" ");
    const part = sk.startsWith("SUG#") ? `SUG ${sk.split("#").slice(2).join(" ")}` : sk.split("#")[0];
    const kind =
      `${action} ${pk.split("#")[0]} ${pk.startsWith("C#") ? part : sk.startsWith("C#") ? "C" : (sk.match(/^[A-Z]+/)?.[0] ?? "")}`.trim();
    const one = found.get(kind) ?? { calls: 0, written: 0 };
    found.set(kind, { calls: one.calls + 1, written: one.written + written });
  }
  return new Map([...found].sort(([, a], [, b]) => b.written - a.written || b.calls - a.calls));
}
