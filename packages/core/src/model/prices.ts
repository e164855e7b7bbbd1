/** US dollars per million tokens, in and out, as the providers' price pages gave them in 2026-11. An unknown model costs "unknown", never 0. */
const table: [pattern: RegExp, input: number, output: number][] = [
  [/^gpt-5-nano/, 0.05, 0.4],
  [/^gpt-5-mini/, 0.25, 2],
  [/^gpt-5/, 1.25, 10],
  [/^gpt-4\.1-nano/, 0.1, 0.4],
  [/^gpt-4\.1-mini/, 0.4, 1.6],
  [/^gpt-4\.1/, 2, 8],
  [/^gpt-4o-mini/, 0.15, 0.6],
  [/^gpt-4o/, 2.5, 10],
  [/^text-embedding-3-small/, 0.02, 0],
  [/^text-embedding-3-large/, 0.13, 0],
  [/^text-embedding-ada-002/, 0.1, 0],
];

/** null: not known. */
export function priceUsd(model: string | undefined, tokensIn: number, tokensOut: number): number | null {
  if (model === undefined) return 0;
  const row = table.find(([pattern]) => pattern.test(model));
  return row ? (tokensIn * row[1] + tokensOut * row[2]) / 1e6 : null;
}
