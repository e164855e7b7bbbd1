/** Works on what the webhook, the sidebar and the API have left: one job a run, and every job may run twice. */
import { settle } from "@cuecard/core/attribution";
import { readBefore, readShelf } from "@cuecard/core/before";
import type { Deps as Copilot } from "@cuecard/core/context";
import * as Conversation from "@cuecard/core/conversation";
import type { Assisted } from "@cuecard/core/copilot";
import { erase, eraseAgain } from "@cuecard/core/erasure";
import { type Event, timeOf } from "@cuecard/core/event";
import { join, open } from "@cuecard/core/intake";
import { Job } from "@cuecard/core/job";
import { moveOn } from "@cuecard/core/moved-on";
import * as Outcome from "@cuecard/core/outcome";
import * as Settings from "@cuecard/core/settings";
import * as conversations from "@cuecard/core/store/conversations";
import { broadcast, watchers } from "@cuecard/core/store/presence";
import { parseSuggestionId } from "@cuecard/core/store/suggestion-id";
import { type State, view, type Whole } from "@cuecard/core/suggestion";
import { together } from "@cuecard/core/together";
import type { Context, SQSBatchResponse, SQSEvent } from "aws-lambda";
import { copilotDeps, drafting, foresee } from "./copilot.ts";
import * as deps from "./deps.ts";
import { log } from "./log.ts";
import { handled } from "./metrics.ts";
import { askNames, recalling } from "./recall.ts";
import { tellJudged, tellMade } from "./steps.ts";
import { within } from "./trace.ts";

/** Stop the model while there is time left to record that it was stopped. */
const reserveMs = 5_000;

export async function handler({ Records }: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  const batchItemFailures: { itemIdentifier: string }[] = [];
  const budgetMs = () => Math.max(1_000, context.getRemainingTimeInMillis() - reserveMs);
  for (const { body, messageId } of Records) {
    const job = jobOf(body);
    const { type, workspace } = job ?? {};
    const beganMs = Date.now();
    const one = async () => {
      try {
        if (!job) throw new Error("a job that is none of ours");
        await work(job, AbortSignal.timeout(budgetMs()));
        log("info", "job", { messageId, type, workspace, ms: Date.now() - beganMs }, handled(false));
      } catch (error) {
        log("error", "job failed", { messageId, type, workspace, ms: Date.now() - beganMs, error }, handled(true));
        batchItemFailures.push({ itemIdentifier: messageId });
      }
    };
    await within(job?.correlation ?? messageId, one);
  }
  return { batchItemFailures };
}

function jobOf(body: string): Job | undefined {
  try {
    return Job.parse(JSON.parse(body));
  } catch {
    return undefined; // told as a failed job, which comes back until it is a dead letter
  }
}

async function work(job: Job, signal: AbortSignal): Promise<void> {
  const { workspace } = job;
  if (job.type === "index") return (await import("./indexing.ts")).indexNow(job, signal);
  if (job.type === "erase") return eraseMore(job);
  if (job.type === "fetch") return (await import("./fetch.ts")).fetchMore(job, signal);
  if (job.type === "import") return importNow(job, signal);
  const copilot = copilotDeps();
  if (job.type === "event") return onEvent(job, copilot, signal);
  const loading = Settings.load(deps.table(), workspace);
  if (job.type === "changed") {
    const [{ settings }, { flagDrafts }] = await together([loading, import("@cuecard/core/changed")]);
    return void (await flagDrafts(copilot, workspace, job.articles, settings.timeZone));
  }
  if (job.type === "request") {
    const [loaded, { answerRequest }] = await together([loading, drafting()]);
    return again(job, await answerRequest(copilot, { ...job, loaded }, signal), loaded, copilot);
  }
  const { conversationId } = job;
  const [loaded, header, before, { assist }] = await together([
    loading,
    conversations.header(deps.table(), workspace, conversationId, deps.now()),
    readBefore(copilot, workspace, conversationId),
    drafting(),
  ]);
  if (!header) return;
  const run = { workspace, conversationId, loaded };
  const asked = { ...run, asked: job.byRep ?? false, known: { header, before } };
  await again(job, await assist(copilot, asked, signal), loaded, copilot);
  return shadowed(run, copilot, signal);
}

/** The rest of a customer's conversations; and once more when whatever was under way at that moment has ended. */
async function eraseMore(job: Extract<Job, { type: "erase" }>): Promise<void> {
  if (job.again) return eraseAgain(deps.table(), job.workspace, job.list);
  const { more } = await erase(deps.table(), job.workspace, job.list);
  if (more) await (await deps.send())(job);
}

/** What a minute is too short for the nightly run reads. */
async function importNow({ workspace, source }: Extract<Job, { type: "import" }>, signal: AbortSignal): Promise<void> {
  const [{ importCentre }, { settleImport }, { outbound }] = await Promise.all([
    import("@cuecard/core/import/run"),
    import("./library.ts"),
    import("./outbound.ts"),
  ]);
  await settleImport(workspace, await importCentre(outbound(signal, 30_000), workspace, source));
}

/** A model is asked after two rounds to the table: what is known, and what this message makes of it. All else goes beside it. */
async function onEvent(job: Extract<Job, { type: "event" }>, copilot: Copilot, signal: AbortSignal): Promise<void> {
  const { workspace, conversationId, sk } = job;
  const reading = together([
    Settings.load(deps.table(), workspace),
    open(copilot, workspace, conversationId, sk),
    watchers(deps.table(), workspace, conversationId, deps.now()),
  ]);
  // The key tells that it is a message. In a process that has just started, loading then costs no time of its own.
  if (sk.startsWith("MSG#")) foresee();
  // Its look at what is new goes with the reads above, in one call.
  const shelf = job.turn ? readShelf(copilot.library, copilot.table, workspace) : undefined;
  shelf?.catch(() => undefined); // it is awaited where it is needed
  const [loaded, opened, watching] = await reading;
  if (!opened) return;
  const { event } = opened;
  const isTurn = event.type === "message.created" && Conversation.isFromCustomer(event.message);
  const { assistWhen } = loaded.settings;
  const assigned = opened.old?.assignee?.value ?? event.conversation.assignee;
  const wanted = assistWhen === "always" || watching.length > 0 || Boolean(assigned);
  // A header is written before anything is suggested: without one, there is nothing to look for.
  const none = opened.old ? {} : { older: [] };
  const readMore = () => readBefore(copilot, workspace, conversationId, { watching, wanted, shelf, ...none });
  const [{ header, rest: told }, read] = await together([
    join(copilot, workspace, conversationId, opened, loaded, recalling(workspace, job.helpdesk)),
    isTurn && !opened.amendments.length ? readMore() : undefined,
  ]);
  const run = { workspace, conversationId, loaded };
  const rest = () => together([told(watching), askNames(job, header, timeOf(event))]);
  if (isTurn) {
    const before = read ?? (await readMore());
    const { assist } = await drafting();
    const [result] = await together([assist(copilot, { ...run, known: { header, before } }, signal), rest()]);
    // Where nothing was ever suggested, there is nothing that a reply could have decided.
    await again(job, result, loaded, copilot, before.older.length > 0);
  } else await rest();
  if (event.type === "message.created" && Conversation.isReply(event.message))
    await settleAll(workspace, conversationId, loaded, copilot);
  else if (event.type === "conversation.assigned")
    await again(job, await (await drafting()).assist(copilot, run, signal), loaded, copilot);
  else if (event.type === "conversation.resolved") {
    await settleAll(workspace, conversationId, loaded, copilot);
    // Told late, it says nothing of what was asked since. A resolved conversation keeps its summary: whoever opens it again wants to read it.
    const isOver = ({ kind, turnAt }: State) => kind !== "summary" && turnAt <= event.at;
    await moveOn(copilot, workspace, conversationId, isOver, { reason: "The conversation was resolved." });
  }
  await remeasure(workspace, header, event);
  if (/^conversation\.(resolved|reopened|rated)$/.test(event.type))
    await (await import("@cuecard/core/proposal")).propose(deps.table(), workspace, conversationId, deps.now());
  if (header.arm !== "control") return;
  if (event.type === "message.created" && Conversation.isReply(event.message))
    await (await drafting()).settleShadows(deps.table(), run, deps.now());
  // Last of all, so that nobody waits for it.
  else if (isTurn || event.type === "conversation.assigned") await shadowed(run, copilot, signal);
}

/** What nobody sees must not make anything fail that somebody waits for. */
async function shadowed(
  { workspace, conversationId, loaded }: { workspace: string; conversationId: string; loaded: Settings.Loaded },
  copilot: Copilot,
  signal: AbortSignal,
): Promise<void> {
  if (!loaded.measurement?.shadow) return;
  try {
    const made = await (await drafting()).shadow(copilot, { workspace, conversationId, loaded }, signal);
    if (made) log("info", "unseen draft", { workspace, engine: made.engine });
  } catch (error) {
    log("warn", "unseen draft failed", { workspace, error });
  }
}

/**
 * What this event may have changed: its own conversation's outcome, and of a new one those the customer came from. A
 * message of a conversation that never ended changes nothing that counts before its day closes; reading the whole
 * conversation for each would make a long one dear.
 */
async function remeasure(workspace: string, header: Conversation.Header, event: Event): Promise<void> {
  const table = deps.table();
  if (event.type !== "message.created" || header.hadEnd) await Outcome.recompute(table, workspace, header);
  if (event.type !== "message.created" || header.firstCustomer?.id !== event.message.id) return;
  for (const id of await Outcome.before(table, workspace, header)) {
    const other = await conversations.header(table, workspace, id, deps.now());
    if (other) await Outcome.recompute(table, workspace, other);
  }
}

/** What was sent while a draft was still being written is judged now; and a run that found another at work looks again later. */
async function again(
  job: Job,
  result: Assisted,
  loaded: Settings.Loaded,
  copilot: Copilot,
  always = false,
): Promise<void> {
  const conversationId =
    "conversationId" in job
      ? job.conversationId
      : "suggestionId" in job
        ? parseSuggestionId(job.suggestionId).conversationId
        : undefined;
  tellMade(job.workspace, result.made);
  if (result.busy !== undefined)
    await (await deps.send())(job, { delaySeconds: Math.max(1, (result.busy - deps.now()) / 1_000 + 1) });
  if (conversationId && (result.made.length > 0 || always))
    await settleAll(job.workspace, conversationId, loaded, copilot, result.messages);
}

/** Settles, and tells those who watch what became of each. */
async function settleAll(
  workspace: string,
  conversationId: string,
  loaded: Settings.Loaded,
  copilot: Copilot,
  messages?: conversations.StoredMessage[],
): Promise<void> {
  const changed: Whole[] = await settle(deps.table(), workspace, conversationId, {
    threshold: loaded.settings.acceptThreshold,
    now: deps.now,
    ...(messages ? { messages } : {}),
  });
  tellJudged(workspace, changed);
  for (const whole of changed)
    await broadcast(
      deps.table(),
      copilot.channel,
      workspace,
      { type: "suggestion", conversationId, suggestion: view(whole) },
      deps.now(),
    );
}
