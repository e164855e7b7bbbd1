/** What a language model writes from the passages found, judged by what can be counted. Only where a key is set; 40 calls. */

import type { Message } from "@cuecard/core/event";
import { detect } from "@cuecard/core/language";
import { build, search } from "@cuecard/core/lookup/lookup";
import { finisher } from "@cuecard/core/model/finish";
import { openaiModel } from "@cuecard/core/model/openai";
import type { Task } from "@cuecard/core/model/port";
import { priceUsd } from "@cuecard/core/model/prices";
import { sourcesOf } from "@cuecard/core/passages";
import { sentencesOf } from "@cuecard/core/policy";
import { rows } from "./data.ts";

export type Endpoint = { apiKey: string; model: string; baseURL?: string };

const calls = 40;

/** Sentences between greeting and closing that say something, and those of them in a paragraph's cited run. */
export function cited(text: string): { said: number; cited: number } {
  const count = { said: 0, cited: 0 };
  for (const paragraph of text.split(/\n{2,}/)) {
    const block = paragraph.replace(/([.!?…。]+)\s*((?:\[\d+\]\s?)+)/g, " $2$1 ");
    // A mark stands behind the sentences it is for, so what follows the last mark of a paragraph has none.
    const sentences = sentencesOf(block).filter((one) => one.split(/\s+/).length >= 6 && !/[?？؟]/.test(one));
    const last = sentences.findLastIndex((one) => /\[\d+\]/.test(one));
    count.said += sentences.length;
    count.cited += last + 1;
  }
  return count;
}

export async function drafts(data: string, endpoint: Endpoint, limit = calls) {
  const corpus = rows<{ id: string; title: string; text: string }>(data, "star/policy_corpus");
  const queries = rows<{ customer_turns: string[] }>(data, "star/policy_queries");
  if (!corpus || !queries) return null;
  const index = build(corpus.map((one) => ({ ...one, language: "en", audience: "public" as const })));
  const model = openaiModel({ ...endpoint, firstTokenTimeoutMs: 20_000, totalTimeoutMs: 60_000 });
  const sum = { said: 0, cited: 0, unsupported: 0, language: 0, words: 0, first: 0, whole: 0, made: 0, failed: 0 };
  const usage = { tokensIn: 0, tokensOut: 0 };
  const step = Math.max(1, Math.floor(queries.length / limit));
  for (let at = 0; at < queries.length && sum.made + sum.failed < limit; at += step) {
    const turns = queries[at]!.customer_turns;
    const messages = turns.map(
      (text, n): Message => ({
        id: `m${n}`,
        at: new Date(1_760_000_000_000 + n * 1_000).toISOString(),
        author: { kind: "customer" },
        visibility: "public",
        text,
      }),
    );
    const found = search(index, { turns: turns.map((text) => ({ author: "customer", text })), language: "en" });
    const task: Task = { kind: "draft", messages, sources: sourcesOf(found), examples: [], language: "en" };
    const started = performance.now();
    let [raw, firstMs] = ["", 0];
    try {
      for await (const piece of model.write(task, AbortSignal.timeout(60_000))) {
        if ("text" in piece) {
          firstMs ||= performance.now() - started;
          raw = piece.text;
        }
        if ("usage" in piece) {
          usage.tokensIn += piece.usage.tokensIn;
          usage.tokensOut += piece.usage.tokensOut;
        }
      }
    } catch {
      // Counted: a provider's bad minute is one of the things to know.
      sum.failed++;
      continue;
    }
    const { text, flags } = finisher({ task, flags: [], model })(raw, []);
    const count = cited(text);
    sum.made++;
    sum.said += count.said;
    sum.cited += count.cited;
    sum.unsupported += flags.filter(({ code }) => code === "unsupported").length;
    if (detect(text)?.language === "en") sum.language++;
    sum.words += text.split(/\s+/).length;
    sum.first += firstMs;
    sum.whole += performance.now() - started;
  }
  const each = (total: number) => (sum.made === 0 ? null : total / sum.made);
  const usd = priceUsd(endpoint.model, usage.tokensIn, usage.tokensOut);
  return {
    model: endpoint.model,
    n: sum.made,
    failed: sum.failed,
    citedShare: sum.said === 0 ? null : sum.cited / sum.said,
    unsupportedEach: each(sum.unsupported),
    rightLanguage: each(sum.language),
    wordsEach: each(sum.words),
    firstMs: each(sum.first),
    wholeMs: each(sum.whole),
    tokensEach: each(usage.tokensIn + usage.tokensOut),
    usdEach: usd === null ? null : each(usd),
  };
}

export async function evaluateDrafts(data: string, _history: string, only?: string) {
  const { OPENAI_API_KEY: apiKey, OPENAI_BASE_URL: baseURL, CUECARD_MODEL: model = "gpt-5-mini" } = process.env;
  if (only && only !== "drafts") return {};
  if (!apiKey) return only ? { skipped: ["drafts (no OPENAI_API_KEY)"] } : {};
  const found = await drafts(data, { apiKey, model, ...(baseURL ? { baseURL } : {}) });
  return found ? { drafts: found } : { skipped: ["drafts"] };
}
