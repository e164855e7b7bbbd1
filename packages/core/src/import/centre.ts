/** A help centre as the import sees it: pages of articles, one after another. Adapters: `zendesk.ts`, `intercom.ts`. */
import { AppError } from "../error.ts";
import type { Article } from "../policy.ts";
import type { Get } from "./http.ts";

export const kinds = ["zendesk", "intercom"] as const;
export type Kind = (typeof kinds)[number];

/** What was seen of a page last time; while its tag holds, its articles are as they were. */
export type KnownPage = { etag: string; ids: string[]; next?: string };
export type Page = { url: string; ids: string[]; articles: Article[]; etag?: string; next?: string };

export type Centre = {
  /** Its API's address and the headers its token needs. Throws `AppError("input", …)` when a token is missing or is none. */
  open(url: URL, token: string | undefined): { base: URL; headers: Record<string, string> };
  /**
   * Pages in order, lazily. Ends by itself when it has seen every article; otherwise it throws, so that nothing is taken for
   * removed because a page was missed.
   */
  pages(get: Get, base: URL, source: string, known: Map<string, KnownPage>): AsyncGenerator<Page>;
};

const loaders: Record<Kind, () => Promise<{ centre: Centre }>> = {
  zendesk: () => import("./zendesk.ts"),
  intercom: () => import("./intercom.ts"),
};
export const centreOf = async (kind: Kind): Promise<Centre> => (await loaders[kind]()).centre;

/** Which help centre an address is of. Zendesk's often stand under the firm's own name, so it is what is tried. */
export function kindOf(url: URL): Kind {
  return /(^|\.)intercom\.(io|com|help)$/i.test(url.hostname) ? "intercom" : "zendesk";
}

/** A language tag as BCP 47 writes it, or nothing. */
export function languageOf(locale: unknown): string | undefined {
  try {
    return typeof locale === "string" ? Intl.getCanonicalLocales(locale.replaceAll("_", "-"))[0] : undefined;
  } catch {
    return undefined;
  }
}

export const unreadable = (what: string) =>
  new AppError("upstream", "import_unreadable", `The help centre's answer is not understood: ${what}.`);
