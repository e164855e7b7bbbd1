/** Any server that speaks OpenAI's `/chat/completions`. Personal data is replaced before the request and put back in the stream. */
import OpenAI from "openai";
import { AppError } from "../error.ts";
import { redactor } from "../redact.ts";
import type { Model, Task } from "./port.ts";
import { instructions, promptFor, promptVersion } from "./prompt.ts";

export type OpenAIOptions = {
  apiKey: string;
  model: string;
  baseURL?: string;
  /** Instead of the runtime's own: one that does not reach everywhere. */
  fetch?: typeof globalThis.fetch;
  /** How long a rep would wait for the first word, retries included, and for the last. */
  firstTokenTimeoutMs: number;
  totalTimeoutMs: number;
};

const maxTokens = { draft: 600, answer: 500, rewrite: 800, summary: 250 } as const;

export function openaiModel(options: OpenAIOptions): Model {
  const { apiKey, model, baseURL, fetch, firstTokenTimeoutMs, totalTimeoutMs } = options;
  // The SDK repeats 408, 409, 429, 5xx and lost connections, twice, honouring Retry-After; our own clock bounds the whole.
  const client = new OpenAI({
    apiKey,
    ...(baseURL ? { baseURL } : {}),
    ...(fetch ? { fetch } : {}),
    maxRetries: 2,
    timeout: firstTokenTimeoutMs,
    // It would quote a chunk it cannot read, and so put what a model or customer wrote into the log.
    logLevel: "off",
  });
  return {
    engine: model,
    model,
    promptVersion,
    instructions,
    async *write(task, signal) {
      const redaction = redactor({ names: [task.customerName ?? ""].filter(Boolean) });
      const messages = promptFor(task).map((message, i) =>
        i === 0 ? message : { ...message, content: redaction.redact(message.content) },
      );
      const clock = new AbortController();
      const first = setTimeout(
        () => clock.abort(new AppError("upstream", "model_slow", "The model did not answer in time.")),
        firstTokenTimeoutMs,
      );
      const total = setTimeout(
        () => clock.abort(new AppError("upstream", "model_slow", "The model took too long.")),
        totalTimeoutMs,
      );
      const both = AbortSignal.any([signal, clock.signal]);
      let raw = "";
      let finished = false;
      try {
        const stream = await client.chat.completions.create(
          { model, messages, stream: true, stream_options: { include_usage: true }, ...limit(model, task.kind) },
          { signal: both },
        );
        // Not before: whoever asks for the first piece has sent the request.
        yield { sent: messages.map(({ content }) => content).join("\n\n") };
        for await (const chunk of stream) {
          const { delta, finish_reason: reason } = chunk.choices?.[0] ?? {};
          if (delta?.content) {
            clearTimeout(first);
            raw += delta.content;
            yield { text: redaction.restore(withoutOpenMark(raw)) };
          }
          if (reason) finished = true;
          if (chunk.usage)
            yield {
              usage: { tokensIn: chunk.usage.prompt_tokens ?? 0, tokensOut: chunk.usage.completion_tokens ?? 0 },
            };
        }
        if (both.aborted) throw both.reason;
      } catch (error) {
        throw toAppError(error, clock.signal, signal);
      } finally {
        clearTimeout(first);
        clearTimeout(total);
      }
      if (!finished) throw new AppError("upstream", "model_cut", "The model's answer broke off.");
      if (raw.trim() === "") throw new AppError("upstream", "model_empty", "The model answered nothing.");
      const blanks = redaction.unfilled(raw).length > 0 ? [{ code: "blank" }] : [];
      yield { text: redaction.restore(raw) };
      if (blanks.length > 0) yield { flags: blanks };
    },
  };
}

/** Reasoning models take `max_completion_tokens`, and need room to think; other servers know only `max_tokens`. */
const limit = (model: string, kind: Task["kind"]) =>
  /^(gpt-5|o\d)/.test(model)
    ? { max_completion_tokens: maxTokens[kind] * 4 }
    : { max_tokens: maxTokens[kind], temperature: 0.2 };

/** Reasoning models think before the one word, and answer 400 where there is no room for it. */
const probeTokens = (model: string) =>
  /^(gpt-5|o\d)/.test(model) ? { max_completion_tokens: 500 } : { max_tokens: 5, temperature: 0 };

/**
 * One tiny request, asked and streamed as a draft is, so that what refuses a draft refuses this too. Nothing is repeated.
 * Gives the milliseconds until the answer's end, and the model as its server names it. Throws as `write` does.
 */
export async function probe(options: OpenAIOptions, signal: AbortSignal): Promise<{ ms: number; model: string }> {
  const { apiKey, model, baseURL, fetch, totalTimeoutMs } = options;
  const client = new OpenAI({
    apiKey,
    ...(baseURL ? { baseURL } : {}),
    ...(fetch ? { fetch } : {}),
    maxRetries: 0,
    logLevel: "off",
  });
  const clock = AbortSignal.timeout(totalTimeoutMs);
  const beganMs = performance.now();
  let named: string | undefined;
  let chunks = 0;
  try {
    const stream = await client.chat.completions.create(
      {
        model,
        messages: [{ role: "user", content: "Say: ok" }],
        stream: true,
        stream_options: { include_usage: true },
        ...probeTokens(model),
      },
      { signal: AbortSignal.any([signal, clock]) },
    );
    for await (const chunk of stream) {
      if (chunk.choices?.[0]) chunks++;
      named ||= chunk.model;
    }
    if (signal.aborted) throw signal.reason;
  } catch (error) {
    if (clock.aborted) throw new AppError("upstream", "model_slow", "The model did not answer in time.");
    if (error instanceof OpenAI.APIError && error.status === 404)
      throw new AppError(
        "upstream",
        "model_unknown",
        "There is no such model at this address, or no such address (404).",
      );
    throw toAppError(error, clock, signal);
  }
  if (clock.aborted) throw new AppError("upstream", "model_slow", "The model did not answer in time.");
  if (chunks === 0) throw new AppError("upstream", "model_empty", "The model answered nothing.");
  return { ms: Math.round(performance.now() - beganMs), model: named || model };
}

/** A placeholder that is only half there yet is not shown. */
const withoutOpenMark = (text: string) => text.replace(/\[[A-Za-z_0-9 ]{0,24}$/, "");

function toAppError(error: unknown, clock: AbortSignal, caller: AbortSignal): unknown {
  if (caller.aborted) return caller.reason;
  if (clock.aborted) return clock.reason;
  if (error instanceof AppError) return error;
  if (error instanceof OpenAI.APIConnectionTimeoutError)
    return new AppError("upstream", "model_slow", "The model did not answer in time.");
  if (error instanceof OpenAI.APIConnectionError)
    return new AppError("upstream", "model_unreachable", "The model's server cannot be reached.");
  if (error instanceof OpenAI.APIError && error.status === 429)
    return new AppError("upstream", "model_busy", "The model's provider is busy or its limit is used up.");
  if (error instanceof OpenAI.APIError && (error.status === 401 || error.status === 403))
    return new AppError("upstream", "model_key", "The model's provider refused the key.");
  if (error instanceof OpenAI.APIError)
    return new AppError(
      "upstream",
      "model_error",
      `The model's provider answered with an error${error.status ? ` (${error.status})` : ""}.`,
    );
  if (error instanceof SyntaxError)
    return new AppError("upstream", "model_nonsense", "The model's answer could not be read.");
  return error;
}
