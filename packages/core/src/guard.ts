/** What a suggestion owes the rep: nothing made up goes unmarked, no foreign link, and it knows when not to write. */
export { closing } from "./guard/closing.ts";
export { escalation } from "./guard/escalation.ts";
export { wantsHuman } from "./guard/human.ts";
export { withoutLeaks } from "./guard/leaks.ts";
export { safeLinks } from "./guard/links.ts";
export { plainMarks, visible } from "./guard/marks.ts";
export { supporter, unsupported } from "./guard/unsupported.ts";
