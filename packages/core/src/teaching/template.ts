/** A text of one conversation as a form for any other. */

import { finder, type Known } from "../redact/known.ts";
import { findNeutral } from "../redact/neutral.ts";
import { template } from "../redact.ts";

export type People = { customer: Known; reps: string[] };

/**
 * Names, numbers and addresses become `{name}`, `{order}` …; the rep's own name becomes `{rep}`. Amounts and dates that stand in
 * `sources`, the articles the text rests on, are policy and stay.
 */
export function formOf(text: string, { customer, reps }: People, sources: string[] = []): string {
  const written = sources.join("\n");
  const kept = findNeutral(text)
    .filter(
      ({ type, start, end }) => (type === "amount" || type === "date") && written.includes(text.slice(start, end)),
    )
    .map(({ start, end }) => ({ start, end, as: text.slice(start, end) }));
  const own = finder({ names: reps })(text).map(({ start, end }) => ({ start, end, as: "{rep}" }));
  const parts = [...own, ...kept].sort((a, b) => a.start - b.start || b.end - a.end);
  let out = "";
  let at = 0;
  for (const { start, end, as } of parts) {
    if (start < at) continue;
    out += template(text.slice(at, start), customer) + as;
    at = end;
  }
  out += template(text.slice(at), customer);
  // A name that stands alone at the end is the writer's.
  return out.replace(/(\n[ \t]*)\{name\}(\s*)$/, "$1{rep}$2");
}
