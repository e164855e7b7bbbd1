/** The same lookup with an embedding model beside the words; only where OPENAI_API_KEY and CUECARD_EMBEDDING_MODEL are set. */
import type { Index, Query } from "@cuecard/core/lookup/lookup";
import { keyOf, type Meaning, meaningOf, measure, probes, textOf, vectorsOf } from "@cuecard/core/lookup/vectors";
import { embed, embeddingId } from "@cuecard/core/model/embeddings";
import { redactor } from "@cuecard/core/redact";

/** Texts a request. */
const batch = 64;

export const endpoint = () => {
  const { OPENAI_API_KEY: apiKey, OPENAI_BASE_URL: baseURL, CUECARD_EMBEDDING_MODEL: model } = process.env;
  return apiKey && model ? { apiKey, model, ...(baseURL ? { baseURL } : {}) } : undefined;
};

/** Embeds the passages and all questions before anything is timed; gives each question's nearness. Throws as `embed` does. */
export async function meanings(
  given: NonNullable<ReturnType<typeof endpoint>>,
  { passages }: Index,
  queries: Query[],
): Promise<(query: Query) => Meaning | undefined> {
  const { talk, titles } = probes(passages);
  const texts = [...new Set([...talk, ...titles, ...passages.map(textOf)])];
  const id = embeddingId(given.model);
  const rows = await vectorsFor(given, texts);
  const vectors = measure(
    passages,
    vectorsOf(id, rows[0]?.length ?? 0, new Map(texts.map((text, at) => [keyOf(id, text), rows[at]!]))),
  );
  const asked = await vectorsFor(given, queries.map(lastSaid));
  const of = new Map(queries.map((query, at) => [query, asked[at]!]));
  return (query) => meaningOf(passages, vectors, of.get(query) ?? []);
}

const lastSaid = ({ turns }: Query) =>
  turns
    .filter(({ author }) => author === "customer")
    .slice(-2)
    .map(({ text }) => text)
    .join("\n")
    .slice(-2_000);

async function vectorsFor(given: NonNullable<ReturnType<typeof endpoint>>, texts: string[]): Promise<number[][]> {
  const out: number[][] = [];
  for (let at = 0; at < texts.length; at += batch) {
    const redacted = texts.slice(at, at + batch).map((text) => redactor({}).redact(text) || " ");
    out.push(...(await embed(given, redacted, { timeoutMs: 60_000, retries: 3 })).vectors);
  }
  return out;
}
