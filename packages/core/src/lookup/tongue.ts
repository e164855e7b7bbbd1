/** Which language the articles of an index are in, and whether a question is in another. */
import type { Index } from "./lookup.ts";
import { primary } from "./words.ts";

/** Of the articles: where fewer are in the customer's language, the others are asked too. */
const few = 0.2;
/** Untagged articles that are looked at. */
const looked = 24;

type Tongues = { main: string; shares: Map<string, number> };
const known = new WeakMap<Index, Promise<Tongues | undefined>>();

/** The articles' main language, if the question's is another and few articles are in it; undefined otherwise. */
export async function foreign(index: Index, language: string | undefined): Promise<string | undefined> {
  if (!language) return undefined;
  const made = known.get(index) ?? tonguesOf(index);
  known.set(index, made);
  const tongues = await made;
  const own = same(primary(language));
  return tongues && own !== tongues.main && (tongues.shares.get(own) ?? 0) < few ? tongues.main : undefined;
}

/** Norwegian has three tags, and one vocabulary as far as a translation is concerned. */
const same = (language: string) => (language === "nb" || language === "nn" ? "no" : language);

async function tonguesOf({ passages }: Index): Promise<Tongues | undefined> {
  const firsts = passages.filter(({ articleId }, at) => passages[at - 1]?.articleId !== articleId);
  const shares = new Map<string, number>();
  const count = (language: string, worth: number) =>
    shares.set(same(language), (shares.get(same(language)) ?? 0) + worth / firsts.length);
  const untagged = firsts.filter(({ language }) => !language);
  for (const { language } of firsts) if (language) count(primary(language), 1);
  const step = Math.max(1, untagged.length / looked);
  const sample = Array.from({ length: Math.min(looked, untagged.length) }, (_, n) => untagged[Math.floor(n * step)]!);
  if (sample.length > 0) {
    // The words of 62 languages: loaded when first needed.
    const { detect } = await import("../language.ts");
    for (const { title, text } of sample) {
      const found = detect(`${title}\n${text}`);
      if (found?.sure) count(primary(found.language), untagged.length / sample.length);
    }
  }
  const [main] = [...shares].sort((a, b) => b[1] - a[1])[0] ?? [];
  return main === undefined ? undefined : { main, shares };
}
