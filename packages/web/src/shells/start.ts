/** What the shells share: a page of ours inside a helpdesk, which holds the sidebar and knows that helpdesk's ways. */
import { type Held, type Hold, hold } from "../frame.ts";

type Config = { helpdesk: string; workspace: string; token?: string };

/** Reads what the server put into the page, and takes it out again: a session has no business in the page's text. */
export function start(options: Partial<Hold> & Pick<Hold, "onInsert">): Held {
  const data = document.getElementById("cuecard");
  const config: Config = JSON.parse(data?.textContent ?? "{}");
  data?.remove();
  return hold(document.getElementById("place")!, { origin: location.origin, ...config, ...options });
}

/** Plain text as HTML, for composers that take no other. */
export const asHtml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("\n", "<br>");

const blocks = /<br\s*\/?>|<\/(?:p|div|li|h\d)>/gi;

/** What a composer's HTML reads as, blanks evened out: to tell whether a rep changed what was put in. */
export function readAs(html: string): string {
  const page = new DOMParser().parseFromString(html.replace(blocks, "$& "), "text/html");
  return (page.body.textContent ?? "").replace(/\s+/g, " ").trim();
}
export const sameWords = (html: string, text: string): boolean => readAs(html) === text.replace(/\s+/g, " ").trim();
