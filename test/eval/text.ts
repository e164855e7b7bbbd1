/** Quality of the text functions on data with known truth: redaction, attribution, language. No figure depends on the clock but the times. */
import { attribution } from "./text-attribution.ts";
import { language } from "./text-language.ts";
import { redaction } from "./text-redaction.ts";

export type TextEvaluation = {
  redaction?: ReturnType<typeof redaction>;
  attribution?: ReturnType<typeof attribution>;
  language?: ReturnType<typeof language>;
};

const parts = { redaction, attribution, language };
export type TextPart = keyof typeof parts;

/** `dataDir` holds `pii`, `star`, `dstc11`, `xquad`; a part whose folder is missing is left out of the answer. */
export function evaluateText(dataDir: string, only?: TextPart): TextEvaluation {
  const out: TextEvaluation = {};
  if (!only || only === "redaction") out.redaction = redaction(dataDir);
  if (!only || only === "attribution") out.attribution = attribution(dataDir);
  if (!only || only === "language") out.language = language(dataDir);
  return out;
}
