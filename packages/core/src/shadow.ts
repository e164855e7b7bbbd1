/**
 * Drafts in control that nobody sees, to be compared with what the rep writes unaided. Made as a draft would be made in the
 * other arm, by the same model under the same budget; sent to nobody, and no suggestion: it is never decided on and teaches
 * nothing.
 */
import { readBefore } from "./before.ts";
import { type Deps, prepare } from "./context.ts";
import * as Conversation from "./conversation.ts";
import { judge } from "./decision.ts";
import { closing } from "./guard.ts";
import { isRunning } from "./measurement.ts";
import { finisher } from "./model/finish.ts";
import type { Task } from "./model/port.ts";
import { sourcesOf } from "./passages.ts";
import { eligible } from "./permitted.ts";
import { dayOf, type Loaded } from "./settings.ts";
import * as conversations from "./store/conversations.ts";
import * as keys from "./store/keys.ts";
import type { Table } from "./store/port.ts";
import { listShadows, putShadow, readShadow, type Shadow } from "./store/shadows.ts";
import { addSpent } from "./store/spent.ts";
import type { State, Whole } from "./suggestion.ts";

/** Whoever asked for help sees suggestions: from then on nothing is unseen. */
function isShadowed(header: Conversation.Header, { measurement }: Loaded, nowMs: number): boolean {
  const { arm, exempt, anywayAt, simulated } = header;
  if (arm !== "control" || exempt || anywayAt || simulated || !isRunning(measurement, nowMs)) return false;
  return measurement.shadow === true && header.measurement === measurement.id;
}

type Of = { workspace: string; conversationId: string; loaded: Loaded };

/**
 * The unseen draft for the open turn, once; undefined where there is none to make. Again and again without harm, though two runs
 * at once may both ask the model: the first one's text stays, and both are in the day's cost.
 */
export async function shadow(
  deps: Deps,
  { workspace, conversationId, loaded }: Of,
  signal: AbortSignal,
): Promise<Shadow | undefined> {
  const { table, now } = deps;
  const header = await conversations.header(table, workspace, conversationId, now());
  if (!header || !isShadowed(header, loaded, now())) return undefined;
  const before = await readBefore(deps, workspace, conversationId);
  const turn = Conversation.openTurn(before.messages);
  // Where the other arm would get no draft, none is made here.
  const assisted = { ...header, arm: "assist" as const };
  const watched = before.watching.length > 0;
  if (!turn || !eligible(assisted, loaded.settings, { watched, asked: false }).includes("draft")) return undefined;
  const about = turn.messages.map(({ text }) => text).join("\n");
  if (closing(about) || (await readShadow(table, workspace, conversationId, turn.key))) return undefined;
  const context = await prepare(deps, workspace, header, before.messages, loaded, before);
  const sources = sourcesOf(await context.lookUp(about)).filter(({ internal }) => !internal);
  const language = header.language?.value;
  const examples = await context.examples();
  const task: Task = { ...context.task, kind: "draft", language, sources, examples };
  const { model } = context;
  if (model.abstains?.(task)) return undefined;
  const written = await write(deps, { workspace, loaded }, { model, task }, signal);
  const made: Shadow = {
    ...keys.shadow(workspace, conversationId, turn.key),
    v: 1,
    kind: "shadow",
    conversationId,
    turn: turn.key,
    turnAt: turn.at,
    measurement: header.measurement!,
    day: dayOf(now(), loaded.settings.timeZone),
    team: header.team?.value ?? "",
    ...(language ? { language } : {}),
    createdAt: new Date(now()).toISOString(),
    engine: model.engine,
    promptVersion: model.promptVersion,
    text: written,
    expiresAt: Math.floor(now() / 1_000) + loaded.settings.retentionDays * 86_400,
  };
  if (!written || !(await putShadow(table, workspace, undefined, made))) return undefined;
  // The rep may have replied while it was written; and the customer may have asked to be forgotten.
  await settleShadows(table, { workspace, conversationId, loaded }, now());
  return made;
}

async function write(
  { table, now, random }: Deps,
  { workspace, loaded }: Pick<Of, "workspace" | "loaded">,
  { model, task }: { model: Awaited<ReturnType<typeof prepare>>["model"]; task: Task },
  signal: AbortSignal,
): Promise<string> {
  let text = "";
  let usage = { tokensIn: 0, tokensOut: 0 };
  for await (const piece of model.write(task, signal)) {
    if ("usage" in piece) usage = piece.usage;
    if ("text" in piece) text = piece.text;
  }
  if (model.model) {
    const day = dayOf(now(), loaded.settings.timeZone);
    await addSpent(table, workspace, { day, what: "shadow", model: model.model, ...usage }, random());
  }
  return signal.aborted ? "" : finisher({ task, flags: [], model })(text, []).text;
}

/**
 * Judges a conversation's unseen drafts by the replies that were sent without help, as if each had been seen and not
 * clicked. Computed from what is stored, so any order and repetition ends the same.
 */
export async function settleShadows(
  table: Table,
  { workspace, conversationId, loaded }: Of,
  nowMs: number,
  attempt = 1,
): Promise<void> {
  if (![loaded.measurement, ...loaded.past].some((one) => one?.shadow)) return;
  const [header, shadows] = await Promise.all([
    conversations.header(table, workspace, conversationId, nowMs),
    listShadows(table, workspace, conversationId),
  ]);
  const open = shadows.filter(({ text }) => text !== "");
  const since = open.map(({ turnAt }) => turnAt).sort()[0];
  if (since === undefined || !header) return;
  if (header.erased) {
    for (const one of open) await putShadow(table, workspace, one, { ...one, text: "" });
    return;
  }
  const messages = await conversations.messages(table, workspace, conversationId, { since });
  const { anywayAt } = header;
  const unaided = messages.filter(
    (message) => !Conversation.isReply(message) || anywayAt === undefined || message.receivedAt < anywayAt,
  );
  let again = false;
  for (const one of open) {
    const { outcome, retained, replyId } = judge(wholeOf(one), unaided, loaded.settings.acceptThreshold);
    if (outcome === undefined || (outcome === one.outcome && retained === one.retained)) continue;
    const kept = await putShadow(table, workspace, one, {
      ...one,
      outcome,
      ...(retained === undefined ? {} : { retained }),
      ...(replyId === undefined ? {} : { replyId }),
    });
    again ||= !kept;
  }
  // Another has judged or erased it meanwhile; which of us has seen more is not known.
  if (again && attempt < 10) await settleShadows(table, { workspace, conversationId, loaded }, nowMs, attempt + 1);
}

/** As the judge knows it: a draft that was before the rep's eyes from the beginning. */
const wholeOf = ({ turn, turnAt, text }: Shadow): Whole => ({
  state: { turn, turnAt, kind: "draft", status: "ready" } as State,
  text: { pk: "", sk: "", v: 1, text, citations: [], flags: [] },
  shown: { pk: "", sk: "", v: 1, shownAt: "", repId: "" },
  clicks: [],
});
