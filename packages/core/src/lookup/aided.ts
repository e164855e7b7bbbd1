/**
 * The lookup with what a provider can add: nearness of meaning (embeddings), and the question in the language of the articles.
 * Both are asked at once and each only so long; without them, or when one fails, the words alone decide.
 */
import { AppError } from "../error.ts";
import { redactor } from "../redact.ts";
import { type Found, type Index, type Options, type Query, search } from "./lookup.ts";
import { foreign } from "./tongue.ts";
import { meaningOf, type Vectors } from "./vectors.ts";

export type Aids = {
  /** `vectors` are of the model that `embed` asks. */
  meaning?: { vectors: Vectors; embed(text: string): Promise<ArrayLike<number>> };
  /** `into` is BCP 47, as the articles have it. */
  translate?(text: string, into: string): Promise<string>;
  /** Told with the error, never with text. The lookup goes on. */
  failed(aid: "embedding" | "translation", error: unknown): void;
  /** What is known of the customer and must not leave. */
  names?: string[];
};

/** Characters of a question that are sent. */
const mostCharacters = 2_000;
/** A question shorter than this ("and for a hat?") takes the customer's words before it along. */
const shortCharacters = 40;

export async function searchAided(index: Index, query: Query, options: Options, aids: Aids = silent): Promise<Found> {
  const { from, text } = questionOf(query);
  if (!text || (!aids.meaning && !aids.translate)) return search(index, query, options);
  const redaction = redactor({ names: (aids.names ?? []).filter(Boolean) });
  const sent = redaction.redact(text);
  const [meaning, translated] = await Promise.all([
    tried(aids, "embedding", async () => aids.meaning && meant(index, aids.meaning, sent)),
    tried(aids, "translation", async () => {
      const into = aids.translate && (await foreign(index, query.language ?? (await saidIn(text))));
      return into && { into, text: redaction.restore(await aids.translate!(sent, into)) };
    }),
  ]);
  const both = meaning ? { ...options, meaning } : options;
  const found = search(index, query, both);
  if (!translated) return found;
  const turns = [
    ...query.turns.slice(0, from).filter(({ author }) => author !== "customer"),
    { author: "customer" as const, text: translated.text },
  ];
  const abroad = search(index, { turns, language: translated.into }, both);
  return abroad.confidence > found.confidence ? abroad : found;
}

/** The words of 62 languages: loaded when first needed. */
async function saidIn(text: string): Promise<string | undefined> {
  const { detect } = await import("../language.ts");
  const found = detect(text);
  return found?.sure ? found.language : undefined;
}

const silent: Aids = { failed: () => undefined };

async function tried<T>(aids: Aids, aid: "embedding" | "translation", call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    aids.failed(aid, error);
    return undefined;
  }
}

async function meant({ passages }: Index, { vectors, embed }: NonNullable<Aids["meaning"]>, text: string) {
  const vector = await embed(text);
  if (vector.length !== vectors.size)
    throw new AppError("upstream", "embedding_size", "The vector is not as long as those of the passages.");
  return meaningOf(passages, vectors, vector);
}

/** The customer's last turns in a row, and where they begin. The end of a long one: what is asked stands there. */
function questionOf({ turns }: Query): { from: number; text: string } {
  const last = turns.findLastIndex(({ author }) => author === "customer");
  let from = last;
  while (from > 0 && turns[from - 1]!.author === "customer") from--;
  const said = (start: number, end: number) =>
    turns
      .slice(Math.max(0, start), end)
      .map(({ text }) => text)
      .join("\n");
  const text = said(from, last + 1);
  const before = text.length < shortCharacters ? turns.slice(0, Math.max(0, from)).findLast(isCustomer)?.text : "";
  return { from, text: [before, text].filter(Boolean).join("\n").slice(-mostCharacters).trim() };
}
const isCustomer = ({ author }: Query["turns"][number]) => author === "customer";
