/**
 * A suggestion's id tells where it lies: conversation, turn (or request in a turn) and kind. The same work has the
 * same id, so a job that runs twice makes no second suggestion.
 */
import { AppError } from "../error.ts";
import { SuggestionKind } from "../suggestion-kind.ts";
import { conversationPk, sha256 } from "./keys.ts";
import type { Key } from "./port.ts";

/** Turns sort by the time of their last customer message; base 36 of the milliseconds, 9 digits until the year 5188. */
export const turnKey = (at: string, messageId: string) =>
  `${Math.max(0, Date.parse(at)).toString(36).padStart(9, "0")}-${sha256(messageId).slice(0, 8)}`;
export const noTurn = "000000000-00000000";
export const requestKey = (turn: string, request: string) =>
  `${turn}_${request.replace(/[^A-Za-z0-9-]/g, "").slice(0, 40)}`;
export const turnOf = (turnOrRequest: string) => turnOrRequest.split("_")[0]!;
export const isRequest = (turnOrRequest: string) => turnOrRequest.includes("_");

/** Ids from outside may hold anything; `A–Z a–z 0–9 _ -` stay, every other byte becomes `~hh`. */
const encode = (text: string) =>
  Buffer.from(text)
    .toString("latin1")
    .replace(/[^A-Za-z0-9_-]/g, (byte) => `~${byte.charCodeAt(0).toString(16).padStart(2, "0")}`);
const decode = (text: string) =>
  Buffer.from(
    text.replace(/~([0-9a-f]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
    "latin1",
  ).toString();

export const suggestionId = (conversationId: string, turn: string, kind: SuggestionKind) =>
  `${encode(conversationId)}.${turn}.${kind}`;

export function parseSuggestionId(id: string): { conversationId: string; turn: string; kind: SuggestionKind } {
  const [, conversation, turn, kind] =
    /^([A-Za-z0-9_~-]+)\.([0-9a-z]{9}-[0-9a-f]{8}(?:_[A-Za-z0-9-]+)?)\.([a-z]+)$/.exec(id) ?? [];
  const known = SuggestionKind.safeParse(kind);
  if (!conversation || !turn || !known.success)
    throw new AppError("missing", "suggestion_unknown", "There is no suggestion with this id.");
  return { conversationId: decode(conversation), turn, kind: known.data };
}

export type Part = "text" | "shown" | "request" | `click#${string}`;

export function suggestionKey(workspace: string, id: string, part?: Part): Key {
  const { conversationId, turn, kind } = parseSuggestionId(id);
  return { pk: conversationPk(workspace, conversationId), sk: `SUG#${turn}#${kind}${part ? `#${part}` : ""}` };
}
