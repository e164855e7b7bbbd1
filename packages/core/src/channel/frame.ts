/** No frame passes 32 KB, API Gateway's unit: longer text is cut, marked, and fetched by HTTP. */
import type { MessageView, ServerFrame, Suggestion } from "../protocol.ts";

export const maxFrameBytes = 32_000;
const bytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

/** Cuts a text so that it takes at most `room` bytes as JSON, never in the middle of a surrogate pair. */
function cut(text: string, room: number): string {
  let low = 0;
  let high = text.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (bytes(text.slice(0, middle)) <= room) low = middle;
    else high = middle - 1;
  }
  const code = text.charCodeAt(low - 1);
  return text.slice(0, code >= 0xd800 && code < 0xdc00 ? low - 1 : low);
}

function cutSuggestion(suggestion: Suggestion, room: number): Suggestion {
  if (bytes(suggestion) <= room) return suggestion;
  const citations = suggestion.citations.map((citation) => ({ ...citation, quote: cut(citation.quote, 300) }));
  const rest = bytes({ ...suggestion, citations, text: "" });
  const text = cut(suggestion.text, Math.max(0, room - rest - 40));
  return {
    ...suggestion,
    citations,
    text,
    flags: suggestion.flags.filter(({ end }) => end === undefined || end <= text.length),
    truncated: true,
  };
}

const cutMessage = (message: MessageView, room: number): MessageView =>
  bytes(message) <= room
    ? message
    : {
        ...message,
        text: cut(message.text, Math.max(0, room - bytes({ ...message, text: "" }) - 40)),
        truncated: true,
      };

/** The frame, or the nearest that fits. A snapshot keeps its newest messages and suggestions; the rest is there by HTTP. */
export function fitFrame(frame: ServerFrame): ServerFrame {
  if (bytes(frame) <= maxFrameBytes) return frame;
  if (frame.type === "suggestion")
    return { ...frame, suggestion: cutSuggestion(frame.suggestion, maxFrameBytes - 1_500) };
  if (frame.type === "message") return { ...frame, message: cutMessage(frame.message, maxFrameBytes - 1_500) };
  if (frame.type !== "snapshot") return frame;
  const room = maxFrameBytes - bytes({ ...frame, messages: [], suggestions: [] }) - 200;
  const suggestions = newest(
    frame.suggestions.map((suggestion) => cutSuggestion(suggestion, 6_000)),
    room * 0.7,
  );
  const messages = newest(
    frame.messages.map((message) => cutMessage(message, 2_000)),
    room - bytes(suggestions),
  );
  return { ...frame, suggestions, messages };
}

function newest<T>(all: T[], room: number): T[] {
  let used = 0;
  const kept: T[] = [];
  for (const one of all.toReversed()) {
    used += bytes(one) + 1;
    if (used > room) break;
    kept.unshift(one);
  }
  return kept;
}
