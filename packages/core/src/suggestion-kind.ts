/** The kinds of suggestions: a file of their own, as every function needs them, and few need the frames. */
import * as z from "zod";

export const SuggestionKind = z.enum(["policy", "draft", "summary", "answer", "rewrite"]);
export type SuggestionKind = z.infer<typeof SuggestionKind>;
