/** html-to-text 10 ships no types; only what `html.ts` uses. */
declare module "html-to-text" {
  export function convert(
    html: string,
    options: {
      wordwrap: false;
      limits: { maxDepth: number; maxInputLength: number };
      selectors: { selector: string; format?: string; options?: Record<string, unknown> }[];
    },
  ): string;
}
