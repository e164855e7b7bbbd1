/** How often the language of one question is told, with nothing else known. */
import { join } from "node:path";
import { detect } from "../../packages/core/src/language.ts";
import { rows } from "./text-rows.ts";

type Row = { id: string; lang: string; query: string };

export function language(dataDir: string, data: Row[] = rows<Row>(join(dataDir, "xquad", "queries.jsonl"))) {
  const byLanguage: Record<string, { n: number; accuracy: number }> = {};
  const right = new Map<string, number>();
  const all = new Map<string, number>();
  const wrong: { language: string; found: string | null; text: string }[] = [];
  let [sure, sureRight] = [0, 0];
  const started = performance.now();
  for (const { lang, query } of data) {
    const found = detect(query);
    const ok = found?.language === lang;
    all.set(lang, (all.get(lang) ?? 0) + 1);
    if (ok) right.set(lang, (right.get(lang) ?? 0) + 1);
    else wrong.push({ language: lang, found: found?.language ?? null, text: query });
    if (found?.sure) {
      sure++;
      if (ok) sureRight++;
    }
  }
  const meanMs = data.length === 0 ? null : (performance.now() - started) / data.length;
  let sum = 0;
  for (const [lang, n] of all) {
    const good = right.get(lang) ?? 0;
    sum += good;
    byLanguage[lang] = { n, accuracy: good / n };
  }
  return {
    n: data.length,
    accuracy: data.length === 0 ? null : sum / data.length,
    /** Of those it called sure. */
    sure: data.length === 0 ? null : sure / data.length,
    sureAccuracy: sure === 0 ? null : sureRight / sure,
    byLanguage,
    meanMs,
    wrong,
  };
}
