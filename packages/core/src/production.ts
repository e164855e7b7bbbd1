/**
 * Makes one suggestion: claims it, streams it to whoever watches, and keeps its end. Two runs for one suggestion are
 * sorted out here: only the owner of the lease writes, and a run whose write fails stops.
 */
import type { Channel } from "./channel/port.ts";
import { AppError } from "./error.ts";
import { finisher } from "./model/finish.ts";
import type { Model, Task } from "./model/port.ts";
import { priceUsd } from "./model/prices.ts";
import type { Flag, Suggestion } from "./protocol.ts";
import type { Table } from "./store/port.ts";
import { type Sees, sendAll, type Watcher, watchers } from "./store/presence.ts";
import { suggestionKey } from "./store/suggestion-id.ts";
import { changeState, putState } from "./store/suggestions.ts";
import { type State, seq, type Text, view } from "./suggestion.ts";
import { together } from "./together.ts";

export type Deps = { table: Table; channel: Channel; now: () => number; random: () => string };

/** A run that is silent for so long is taken over. Renewed at half of it. */
export const leaseMs = 10_000;
/** Between two frames: fast enough to look alive, slow enough for forty chats. */
const frameMs = 60;
/** How often a run looks up who watches, and whether it still owns its suggestion. */
const checkMs = 1_000;

export type Seed = Omit<State, "rev" | "status" | "attempt" | "owner" | "leaseUntil" | "articles" | "flags" | "engine">;
export type Order = {
  workspace: string;
  seed: Seed;
  task: Task;
  model: Model;
  /** What is known before a word is written: `wants_human`, `attachments`, `no_policy`, … */
  flags: Flag[];
  /** Server time from which `firstMs` and `readyMs` count. */
  sinceMs: number;
  /** The caller has just looked, and nobody had begun it: then it is not read before it is claimed. */
  fresh?: boolean;
  /** Whom its frames may reach; without it, everybody who watches. */
  sees?: Sees;
  /** Who watched just before, so that the first frame waits for no reading. */
  watching?: Watcher[];
};
/** `busy`: another run holds the lease until then (ms). */
export type Result = { made: State } | { busy: number } | { done: true };

/** Lets what was begun go out before more is prepared. */
export const aTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export async function produce(deps: Deps, order: Order, signal: AbortSignal): Promise<Result> {
  const { workspace, model, sinceMs } = order;
  const stop = new AbortController();
  const ask = () => {
    const pieces = model.write(order.task, AbortSignal.any([signal, stop.signal]))[Symbol.asyncIterator]();
    const first = pieces.next();
    first.catch(() => undefined); // it is awaited below, and may fail before the claim is through
    return { pieces, first };
  };
  // Where nobody had begun it a moment ago, the model is asked beside the claim, and told to stop if another was quicker.
  const ahead = order.fresh ? ask() : undefined;
  if (ahead) await aTurn(); // putting the claim together would hold the request up
  const callOff = async () => {
    stop.abort();
    await ahead?.first.catch(() => undefined); // that it was stopped
  };
  const claimed = await claim(deps, order).catch(async (error) => {
    await callOff();
    throw error;
  });
  if (!("state" in claimed)) {
    await callOff();
    return claimed;
  }
  let state = claimed.state;
  const { pieces, first } = ahead ?? ask();
  const audience = audienceOf(deps, workspace, state, order);
  const finish = finisher(order);
  let text = "";
  let extra: Flag[] = [];
  let sent: string | undefined;
  let firstMs: number | undefined;
  let usage = { tokensIn: 0, tokensOut: 0 };
  let lastFrame = 0;
  let frames = 0;
  let lost = false;
  // Also while nothing comes: a model may think for longer than a lease lasts, and a newer turn should not pay for this one.
  const check = setInterval(() => {
    together([keep(deps, workspace, state), audience.refresh()]).then(
      ([kept]) => {
        if (kept) state = kept;
        else lost = true;
        if (lost) stop.abort();
      },
      () => undefined, // again in a second; the end's own write is what decides
    );
  }, checkMs);
  // Beside the model's request: its first word takes longer than this.
  const greeted = (order.watching ? Promise.resolve() : audience.refresh()).then(() =>
    audience.send({ ...view({ state: claimed.state }), flags: order.flags }),
  );
  greeted.catch(() => undefined); // it is awaited before the first word is sent
  try {
    for (let next = await first; !next.done; next = await pieces.next()) {
      const piece = next.value;
      if ("usage" in piece) usage = piece.usage;
      if ("sent" in piece) sent = piece.sent;
      if ("flags" in piece) extra = [...extra, ...piece.flags];
      if (!("text" in piece)) continue;
      text = piece.text;
      const now = deps.now();
      if (text && firstMs === undefined) firstMs = now - sinceMs;
      if (lost) return { done: true };
      if (text && (frames === 0 || now - lastFrame >= frameMs)) {
        lastFrame = now;
        frames++;
        await greeted;
        await audience.send({ ...view({ state }), seq: seq.frame(state.attempt, frames), ...finish(text, [], true) });
      }
    }
    await greeted;
  } catch (error) {
    stop.abort();
    await greeted.catch(() => undefined); // or it would come after the last frame
    if (lost) return { done: true };
    if (!(error instanceof AppError) && !signal.aborted) {
      // Let go: the queue's next try must not find it busy and ask for another, or it would never count as failed.
      await release(deps, workspace, state);
      throw error;
    }
    const reason = error instanceof AppError ? error.message : "It took too long.";
    const failed = await end(deps, workspace, state, { status: "failed", reason, engine: model.engine });
    // What came so far is shown, and guarded like the whole.
    if (failed) await audience.final({ ...view({ state: failed }), ...finish(text, []) });
    return failed ? { made: failed } : { done: true };
  } finally {
    clearInterval(check);
    await pieces.return?.();
  }
  const whole = finish(text, extra);
  const textItem: Text = {
    ...suggestionKey(workspace, state.id, "text"),
    v: 1,
    rev: state.attempt,
    ...whole,
    ...(sent === undefined ? {} : { sent }),
    ...(state.expiresAt === undefined ? {} : { expiresAt: state.expiresAt }),
  };
  if (!(await putText(deps.table, textItem))) return { done: true };
  const readyMs = deps.now() - sinceMs;
  const ready = await end(deps, workspace, state, {
    status: "ready",
    engine: model.engine,
    articles: [...new Set(whole.citations.map(({ articleId }) => articleId))],
    flags: [...new Set(whole.flags.map(({ code }) => code))],
    promptVersion: model.promptVersion,
    ...(model.model ? { model: model.model } : {}),
    ...usage,
    usd: priceUsd(model.model, usage.tokensIn, usage.tokensOut),
    firstMs: firstMs ?? readyMs,
    readyMs,
  });
  if (!ready) return { done: true };
  await audience.final(view({ state: ready, text: textItem }));
  return { made: ready };
}

async function claim(
  { table, now, random }: Deps,
  { workspace, seed, model, fresh }: Order,
): Promise<{ state: State } | { busy: number } | { done: true }> {
  const owner = random();
  for (let attempt = 0; attempt < 12; attempt++) {
    const old =
      fresh && attempt === 0
        ? undefined
        : ((await table.get(suggestionKey(workspace, seed.id))) as unknown as State | undefined);
    if (old?.status === "ready" || old?.status === "stale") return { done: true };
    // The write went through and its answer was lost: the client's own repetition then finds it in its way.
    if (old?.owner === owner) return { state: old };
    if (old?.status === "streaming" && (old.leaseUntil ?? 0) > now()) return { busy: old.leaseUntil! };
    const state = {
      ...seed,
      ...(old ? { createdAt: old.createdAt, day: old.day, team: old.team } : {}),
      ...(old?.gpk ? { gpk: old.gpk, gsk: old.gsk } : {}),
      status: "streaming",
      engine: model.engine,
      attempt: (old?.attempt ?? 0) + 1,
      owner,
      leaseUntil: now() + leaseMs,
      articles: [],
      flags: [],
    } as State;
    if (await putState(table, workspace, old, state)) return { state: { ...state, rev: (old?.rev ?? 0) + 1 } };
  }
  throw new Error("a suggestion could not be claimed");
}

/** Renews the lease at half its time; undefined when the suggestion is no longer ours. */
async function keep(
  { table, now }: Pick<Deps, "table" | "now">,
  workspace: string,
  state: State,
): Promise<State | undefined> {
  const current = (await table.get(suggestionKey(workspace, state.id))) as unknown as State | undefined;
  if (current?.owner !== state.owner || current?.status !== "streaming") return undefined;
  if ((current.leaseUntil ?? 0) - now() > leaseMs / 2) return current;
  const renewed = { ...current, leaseUntil: now() + leaseMs };
  return (await putState(table, workspace, current, renewed))
    ? { ...renewed, rev: (current.rev ?? 0) + 1 }
    : keep({ table, now }, workspace, state);
}

/** Ends the lease now; the suggestion stays streaming for whoever takes it over. */
const release = ({ table }: Deps, workspace: string, { id, owner }: State): Promise<State | undefined> =>
  changeState(table, workspace, id, (current) =>
    current.owner === owner && current.status === "streaming" ? { ...current, leaseUntil: 0 } : undefined,
  );

/** The end of a run, if it still owns its suggestion. */
async function end(
  { table }: Deps,
  workspace: string,
  known: State,
  fields: Partial<State>,
): Promise<State | undefined> {
  const next = (current: State) => {
    if (current.owner !== known.owner || current.status !== "streaming") return undefined;
    const { owner: _owner, leaseUntil: _leaseUntil, reason: _reason, ...rest } = current;
    return { ...rest, ...fields } as State;
  };
  const ended = await changeState(table, workspace, known.id, next, known);
  if (ended) return ended;
  // An attempt has one run: if ours has this end, we wrote it, and only the answer was lost.
  const current = (await table.get(suggestionKey(workspace, known.id))) as unknown as State | undefined;
  return current?.attempt === known.attempt && current.status === fields.status ? current : undefined;
}

/** A slower run must not write over the text of the one that took over: `rev` is the attempt. */
async function putText(table: Table, item: Text): Promise<boolean> {
  if (await table.put(item, "absent")) return true;
  const old = await table.get(item);
  if ((old?.rev ?? 0) > item.rev!) return false;
  return table.put(item, { rev: old?.rev ?? 0 });
}

/** Whoever watches the conversation, read again while the run lasts. A frame that is lost does no harm: the next one is whole. */
function audienceOf(
  { table, channel, now }: Deps,
  workspace: string,
  { conversationId }: State,
  { sees, watching = [] }: Order,
) {
  let present = watching;
  const refresh = async () => {
    present = await watchers(table, workspace, conversationId, now(), sees);
  };
  const send = async (suggestion: Suggestion) => {
    if (present.length > 0)
      await sendAll(table, channel, workspace, present, { type: "suggestion", conversationId, suggestion });
  };
  return {
    refresh,
    send,
    /** At once to those known, then to whoever came meanwhile: who comes later still has read the end itself. */
    async final(suggestion: Suggestion) {
      const told = new Set(present.map(({ connectionId }) => connectionId));
      await send(suggestion);
      await refresh();
      present = present.filter(({ connectionId }) => !told.has(connectionId));
      await send(suggestion);
    },
  };
}
