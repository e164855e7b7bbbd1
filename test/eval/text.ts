/** Quality of the text functions on data with known truth: redaction, attribution, language. No figure depends on the clock but the times. */
import { attribution } from "./text-attribution.ts";
import { language } from "./text-language.ts";
import { redaction } from "./text-redaction.ts";

const parts = { redaction, attribution, language };
export type TextPart = keyof typeof parts;
export type TextEvaluation = { [Part in TextPart]?: NonNullable<ReturnType<(typeof parts)[Part]>> };

/**
 * `dataDir` holds `pii`, `star`, `dstc11`, `xquad`; a part whose data is missing is left out of the answer. The texts that were
 * judged wrongly are left out unless `details` is set.
 */
export function evaluateText(dataDir: string, only?: TextPart, { details = false } = {}): TextEvaluation {
  const out: TextEvaluation = {};
  const wanted = (part: TextPart) => !only || only === part;
  if (wanted("redaction")) {
    const found = redaction(dataDir);
    if (found.texts > 0) out.redaction = details ? found : { ...found, missed: [], wrong: [] };
  }
  if (wanted("attribution")) {
    const found = attribution(dataDir);
    if (found) out.attribution = details ? found : { ...found, wrong: [], falsePositives: [] };
  }
  if (wanted("language")) {
    const found = language(dataDir);
    if (found.n > 0) out.language = details ? found : { ...found, wrong: [] };
  }
  return out;
}
