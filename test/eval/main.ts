/**
 * `npm run eval -- --data DIR [--history DIR] [--only NAME] [--json]`: quality on the data sets in DIR. `--history` is where
 * the past to learn from lies (DIR too, unless given); NAME is a section or one of its sets. `--only effect` makes its own data
 * and needs no DIR. Shares are 0 to 1.
 */
import { flags } from "@cuecard/local/flags";
import { evaluateDrafts } from "./drafts.ts";
import { evaluateEffect } from "./effect.ts";
import { evaluateInjection } from "./injection.ts";
import { evaluateLookup } from "./lookup.ts";
import { evaluateText, type TextPart } from "./text.ts";

/** Gives figures by name; `only` narrows to one set, and a section that has no such set gives `{}`. `skipped` names what was not there. */
export type Section = {
  name: string;
  /** Draws its data from a seed. */
  needsNoFiles?: boolean;
  run(data: string, history: string, only?: string): Promise<Record<string, unknown> & { skipped?: string[] }>;
};

/** One line a section. */
export const sections: Section[] = [
  { name: "lookup", run: evaluateLookup },
  { name: "text", run: async (data, _history, only) => (isText(only) ? text(data, only) : {}) },
  { name: "injection", run: evaluateInjection },
  { name: "drafts", run: evaluateDrafts },
  {
    name: "effect",
    needsNoFiles: true,
    run: async (_data, _history, only) => (only ? {} : { effect: evaluateEffect() }),
  },
];

export const needsFiles = (only?: string) => !sections.find(({ name }) => name === only)?.needsNoFiles;

const isText = (only: string | undefined): only is TextPart | undefined => !only || only in textParts;
const textParts: Record<TextPart, true> = { redaction: true, attribution: true, language: true };
function text(data: string, only?: TextPart) {
  const found = evaluateText(data, only);
  const wanted = only ? [only] : (Object.keys(textParts) as TextPart[]);
  return { ...found, skipped: wanted.filter((part) => !found[part]) };
}

/** Figures of all sections side by side, empty ones left out. */
export async function evaluate(data: string, history: string, only?: string): Promise<Record<string, unknown>> {
  const figures: Record<string, unknown> = {};
  const skipped: string[] = [];
  const own = sections.some(({ name }) => name === only);
  for (const { name, run } of sections) {
    if (own && name !== only) continue;
    const { skipped: missing = [], ...found } = await run(data, history, own ? undefined : only);
    skipped.push(...missing);
    for (const [key, value] of Object.entries(found))
      if (value && typeof value === "object" && Object.keys(value).length) figures[key] = value;
  }
  return { ...figures, skipped };
}

const round = (value: unknown) =>
  typeof value === "number" ? (Number.isInteger(value) ? String(value) : value.toFixed(3)) : String(value);

/** One line for each group of figures, `a.b  x 0.1  y 0.2`. */
export function lines(figures: unknown, path = ""): string[] {
  if (!figures || typeof figures !== "object") return [];
  const plain = Object.entries(figures).filter(([, value]) => value === null || typeof value !== "object");
  const deep = Object.entries(figures).filter(([, value]) => value && typeof value === "object");
  return [
    ...(plain.length ? [`${path.padEnd(27)} ${plain.map(([key, value]) => `${key} ${round(value)}`).join("  ")}`] : []),
    ...deep.flatMap(([key, value]) => lines(value, path ? `${path}.${key}` : key)),
  ];
}

if (process.argv[1]?.endsWith("main.ts") && import.meta.url === `file://${process.argv[1]}`) {
  const usage = `npm run eval -- --data DIR [--history DIR] [--only NAME] [--json]
  --data     the data sets; see docs/evaluation.md
  --history  past conversations to learn from (DIR)
  --only     a section (${sections.map(({ name }) => name).join(", ")}) or one of its sets; effect needs no DIR
  --json     prints one object alone`;
  const { values } = flags(usage, {
    options: {
      data: { type: "string" },
      history: { type: "string" },
      only: { type: "string" },
      json: { type: "boolean", default: false },
    },
  });
  const { data = "" } = values;
  if (!data && needsFiles(values.only)) {
    console.error(usage);
    process.exit(2);
  }
  const { skipped, ...figures } = await evaluate(data, values.history ?? data, values.only);
  if (Object.keys(figures).length === 0 && (skipped as string[]).length === 0) {
    console.error(
      `Nothing is called ${values.only}: a section (${sections.map(({ name }) => name).join(", ")}) or one of its sets.`,
    );
    process.exit(2);
  }
  if (values.json) console.log(JSON.stringify({ ...figures, skipped }));
  else {
    for (const line of lines(figures)) console.log(line);
  }
  for (const name of skipped as string[]) console.error(`${name}: skipped, its files are not in ${data}`);
}
