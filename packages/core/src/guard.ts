/** What a suggestion owes the rep: nothing made up goes unmarked, no foreign link, and it knows when not to write. */
export { closing, escalation, wantsHuman } from "./guard/intent.ts";
export { safeLinks } from "./guard/links.ts";
export { unsupported } from "./guard/unsupported.ts";
