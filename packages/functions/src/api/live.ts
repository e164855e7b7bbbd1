/** Routes of the sidebar: tickets, conversations, suggestions, decisions. */
import { AppError } from "@cuecard/core/error";
import { ExternalId } from "@cuecard/core/event";
import { recompute } from "@cuecard/core/outcome";
import { Ask, ask, readRequest } from "@cuecard/core/request";
import * as Settings from "@cuecard/core/settings";
import { requireSight, snapshot } from "@cuecard/core/snapshot";
import * as conversations from "@cuecard/core/store/conversations";
import { issueTicket } from "@cuecard/core/store/presence";
import { parseSuggestionId } from "@cuecard/core/store/suggestion-id";
import { read } from "@cuecard/core/store/suggestions";
import { view } from "@cuecard/core/suggestion";
import * as z from "zod";
import * as deps from "../deps.ts";
import { clicked } from "../marked.ts";
import { everyone, route } from "./route.ts";

const load = (workspace: string) => Settings.load(deps.table(), workspace);
const suggestionUnknown = () => new AppError("missing", "suggestion_unknown", "There is no suggestion with this id.");

/** Lambda answers with 6 MB at most, and a message may have 200 KB. */
const maxMessagesBytes = 4_000_000;

function newestOf<T>(all: T[], maxBytes: number): T[] {
  let bytes = 0;
  const first = all.findLastIndex((one) => {
    bytes += Buffer.byteLength(JSON.stringify(one));
    return bytes > maxBytes;
  });
  return all.slice(first + 1);
}

/** The rep must be allowed to see the conversation a suggestion belongs to. */
async function sighted(
  identity: Parameters<typeof requireSight>[0],
  conversationId: string,
  { settings }: Settings.Loaded,
) {
  const header = await conversations.header(deps.table(), identity.workspace, conversationId, deps.now());
  if (header) requireSight(identity, header, settings);
}

/** A suggestion the rep may see; throws `missing` or `forbidden`. */
async function seen(identity: Parameters<typeof requireSight>[0], id: string, loaded: Settings.Loaded) {
  await sighted(identity, parseSuggestionId(id).conversationId, loaded);
  const whole = await read(deps.table(), identity.workspace, id);
  if (!whole) throw suggestionUnknown();
  return whole;
}

/** What a rep reads before the socket stands; the socket's own snapshot follows and holds what came in between. */
async function firstSight(identity: Parameters<typeof requireSight>[0], conversationId: string) {
  const { settings } = await load(identity.workspace);
  try {
    const { frame } = await snapshot(deps.table(), identity, conversationId, settings, deps.now());
    return { ...frame, messages: newestOf(frame.messages, maxMessagesBytes) };
  } catch (error) {
    if (error instanceof AppError && error.kind === "forbidden") return undefined; // the socket will say so
    throw error;
  }
}

/** A report of today already says in how many conversations help was asked for anyway. */
async function countAnyway(workspace: string, conversationId: string): Promise<void> {
  const header = await conversations.header(deps.table(), workspace, conversationId, deps.now());
  if (header) await recompute(deps.table(), workspace, header);
}

const Decision = z.object({
  action: z.enum(["inserted", "copied", "rejected"]),
  reason: z.string().max(200).optional(),
  note: z.string().max(2_000).optional(),
});

export const live = [
  route({
    method: "GET",
    path: "/api/me",
    roles: everyone,
    summary: "Who the token speaks for, and where the sidebar may be framed.",
    async run({ identity }) {
      const { settings, past, measurement } = await load(identity.workspace);
      const demoHistory = [measurement, ...past].some((one) => one?.id.startsWith("simulated"));
      return {
        body: { ...identity, embedOrigins: settings.embedOrigins, repLanguage: settings.repLanguage, demoHistory },
      };
    },
  }),
  route({
    method: "GET",
    path: "/api/me/figures",
    roles: everyone,
    summary: "The caller's own acceptance over the last 30 days.",
    async run({ identity }) {
      const [{ settings }, { acceptance }] = await Promise.all([
        load(identity.workspace),
        import("@cuecard/core/report/acceptance"),
      ]);
      const to = Settings.dayOf(deps.now(), settings.timeZone);
      const report = await acceptance(deps.table(), identity.workspace, {
        from: Settings.addDays(to, -29),
        to,
        by: "rep",
        settings: { ...settings, repFigures: "named" },
        nowMs: deps.now(),
      });
      return {
        body: {
          from: report.from,
          to,
          asOf: report.asOf,
          row: report.rows.find(({ key }) => key === identity.repId) ?? null,
        },
      };
    },
  }),
  route({
    method: "POST",
    path: "/api/tickets",
    limit: "tickets",
    roles: everyone,
    summary:
      "A ticket for one WebSocket connection: single use, 60 seconds. With `conversationId`, and what is known of that conversation.",
    body: z.object({ conversationId: ExternalId.optional() }).default({}),
    async run({ identity, body: { conversationId } }) {
      const ticket = `${deps.random()}${deps.random()}`.replaceAll("-", "");
      const [known] = await Promise.all([
        conversationId === undefined ? undefined : firstSight(identity, conversationId),
        issueTicket(deps.table(), identity, ticket, deps.now()),
      ]);
      return { body: { ticket, url: deps.channelUrl(), ...(known ? { snapshot: known } : {}) } };
    },
  }),
  route({
    method: "GET",
    path: "/api/conversations/{id}",
    roles: everyone,
    summary: "A conversation with its latest messages and suggestions.",
    async run({ identity, params }) {
      const { settings } = await load(identity.workspace);
      const { frame } = await snapshot(deps.table(), identity, params.id!, settings, deps.now());
      if (!frame.conversation && frame.messages.length === 0)
        throw new AppError("missing", "conversation_unknown", "There is no such conversation.");
      const { conversation, messages, suggestions } = frame;
      return { body: { conversation, messages: newestOf(messages, maxMessagesBytes), suggestions } };
    },
  }),
  route({
    method: "POST",
    path: "/api/conversations/{id}/suggestions",
    limit: "suggestions",
    roles: everyone,
    summary:
      "Asks for a draft, an answer, a rewrite or a summary. In control a draft, passages or an answer need `anyway`.",
    body: Ask,
    answers: { 202: "It is being made.", 409: "Suggestions are off here (`control`), or this kind is." },
    async run({ identity, params, body }) {
      const loaded = await load(identity.workspace);
      const { suggestionId, job } = await ask(deps.table(), identity, params.id!, body, loaded, {
        nowMs: deps.now(),
        random: deps.random,
      });
      await (await deps.send())(job);
      if (body.anyway) await countAnyway(identity.workspace, params.id!);
      return { status: 202, body: { suggestionId } };
    },
  }),
  route({
    method: "GET",
    path: "/api/suggestions/{id}",
    roles: everyone,
    summary:
      "A suggestion, whole, and what became of it. Admins also get the exact text that went to the model's provider.",
    async run({ identity, params }) {
      const { workspace } = identity;
      const { conversationId, kind, turn } = parseSuggestionId(params.id!);
      await sighted(identity, conversationId, await load(workspace));
      const whole = await read(deps.table(), workspace, params.id!);
      if (!whole) {
        if (!(await readRequest(deps.table(), workspace, params.id!))) throw suggestionUnknown();
        return {
          body: {
            id: params.id,
            seq: 0,
            conversationId,
            kind,
            turn,
            status: "streaming",
            text: "",
            citations: [],
            flags: [],
            engine: "",
          },
        };
      }
      const { state, text } = whole;
      const {
        outcome = null,
        retained = null,
        clicked = null,
        shownAt = null,
        sentBy = null,
        tokensIn,
        tokensOut,
        usd,
        model,
        promptVersion,
        firstMs,
        readyMs,
      } = state;
      return {
        body: {
          ...view(whole),
          outcome,
          retained,
          clicked,
          shownAt,
          sentBy,
          model,
          promptVersion,
          tokensIn,
          tokensOut,
          usd,
          firstMs,
          readyMs,
          ...(identity.role === "admin" && text?.sent ? { sent: text.sent } : {}),
        },
      };
    },
  }),
  route({
    method: "POST",
    path: "/api/suggestions/{id}/decision",
    roles: everyone,
    summary: "What the rep did with it. The click is kept; the text that is sent decides.",
    body: Decision,
    async run({ identity, params, body }) {
      const loaded = await load(identity.workspace);
      const state = await clicked(identity, await seen(identity, params.id!, loaded), body, loaded);
      return {
        body: {
          id: state.id,
          outcome: state.outcome ?? null,
          retained: state.retained ?? null,
          clicked: state.clicked ?? null,
        },
      };
    },
  }),
  route({
    method: "POST",
    path: "/api/suggestions/{id}/note",
    limit: "suggestions",
    roles: everyone,
    summary:
      "Leaves the text as an internal note in the helpdesk; never as a reply. Chatwoot, Intercom and Zendesk take one.",
    body: z.object({ helpdesk: z.string().max(40).optional() }).default({}),
    answers: {
      200: "It stands there.",
      409: "Name the helpdesk, or connect one that takes notes (`helpdesk_needed`).",
    },
    async run({ identity, params, body }) {
      const whole = await seen(identity, params.id!, await load(identity.workspace));
      const { leaveNote } = await import("../notes.ts"); // every helpdesk's own way
      return { body: await leaveNote(identity, whole, body.helpdesk) };
    },
  }),
];
