/** What travels between Cuecard and its pages: the WebSocket's frames and actions. The pages import nothing else of the core. */
import * as z from "zod";
import { SuggestionKind } from "./suggestion-kind.ts";

export { ClientAction } from "./client-action.ts";
export { SuggestionKind } from "./suggestion-kind.ts";

export const SuggestionStatus = z.enum(["streaming", "ready", "failed", "stale"]);
export type SuggestionStatus = z.infer<typeof SuggestionStatus>;

export const DecisionKind = z.enum(["accepted", "edited", "rejected", "ignored"]);
export type DecisionKind = z.infer<typeof DecisionKind>;

/** `n` is the number that stands as `[n]` in the text. `internal` passages are for the rep's eyes. */
export const Citation = z.object({
  n: z.number().int(),
  articleId: z.string(),
  title: z.string(),
  heading: z.string().optional(),
  quote: z.string(),
  url: z.string().optional(),
  internal: z.boolean().optional(),
});
export type Citation = z.infer<typeof Citation>;

/**
 * What the rep should know of a suggestion. With `start` and `end` (UTF-16 units of `text`) it speaks of that part.
 * `unsupported`: stands in no passage and not in the conversation. `no_policy`: nothing fitting was found.
 * `no_model`: written by the embedded engine. `wants_human`, `escalation`: what the customer asks for.
 * `attachments`: came unread. `budget`: the day's budget is used up. `language_unknown`, `blank` (a gap to fill), `closing`,
 * `cut` (what a model was told and must not tell was taken out), `other_language` (passages quoted in another language than the
 * customer's); on a summary `no_draft`: no draft comes for this turn.
 */
export const Flag = z.object({
  code: z.string(),
  start: z.number().int().optional(),
  end: z.number().int().optional(),
});
export type Flag = z.infer<typeof Flag>;

export const Suggestion = z.object({
  id: z.string(),
  /** Rises with every change; a client drops a frame whose `seq` is lower than one it has. */
  seq: z.number().int(),
  conversationId: z.string(),
  kind: SuggestionKind,
  status: SuggestionStatus,
  /** The whole text so far, never a difference; `[n]` are citations. */
  text: z.string(),
  citations: z.array(Citation),
  flags: z.array(Flag),
  engine: z.string(),
  /** Orders the suggestions of a conversation: the turn (or request) this one belongs to. */
  turn: z.string(),
  language: z.string().optional(),
  basedOn: z.string().optional(),
  /** Why it failed or went stale, in words for the rep. */
  reason: z.string().optional(),
  /** From the customer's message to the finished text, in ms. */
  latencyMs: z.number().optional(),
  truncated: z.boolean().optional(),
  decision: DecisionKind.optional(),
  superseded: z.boolean().optional(),
});
export type Suggestion = z.infer<typeof Suggestion>;

export const MessageView = z.object({
  id: z.string(),
  at: z.string(),
  author: z.object({
    kind: z.enum(["customer", "rep", "bot"]),
    id: z.string().optional(),
    name: z.string().optional(),
  }),
  visibility: z.enum(["public", "internal"]),
  text: z.string(),
  truncated: z.boolean().optional(),
});
export type MessageView = z.infer<typeof MessageView>;

export const ConversationView = z.object({
  id: z.string(),
  subject: z.string().optional(),
  channel: z.string().optional(),
  team: z.string().optional(),
  /** What the helpdesk calls the team, where `team` is its id there. */
  teamName: z.string().optional(),
  status: z.enum(["open", "resolved"]),
  /** BCP 47, of the customer's last message. */
  language: z.string().optional(),
  arm: z.enum(["assist", "control"]).optional(),
  /** "Help me anyway" was asked for in a control conversation. */
  anyway: z.boolean().optional(),
  customer: z.object({ name: z.string().optional() }).optional(),
  assignee: z.object({ id: z.string().optional(), name: z.string().optional() }).optional(),
  /** Nothing is made for it until somebody asks. */
  assistWhen: z.enum(["watched", "always", "asked", "off"]).optional(),
});
export type ConversationView = z.infer<typeof ConversationView>;

/** From the server to the page. Every frame of a conversation carries `conversationId`. */
export const ServerFrame = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("snapshot"),
    conversationId: z.string(),
    conversation: ConversationView.nullable(),
    messages: z.array(MessageView),
    suggestions: z.array(Suggestion),
  }),
  z.object({ type: z.literal("conversation"), conversationId: z.string(), conversation: ConversationView }),
  z.object({ type: z.literal("message"), conversationId: z.string(), message: MessageView }),
  z.object({ type: z.literal("suggestion"), conversationId: z.string(), suggestion: Suggestion }),
  z.object({
    type: z.literal("error"),
    conversationId: z.string().optional(),
    error: z.object({ code: z.string(), message: z.string() }),
  }),
  z.object({ type: z.literal("pong") }),
]);
export type ServerFrame = z.infer<typeof ServerFrame>;
