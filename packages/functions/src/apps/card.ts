/**
 * Cuecard in Intercom's inbox: a card, as its inbox takes no frame, no push and no text. It shows the latest draft to copy,
 * asks again, and leaves the draft as an internal note. https://developers.intercom.com/docs/canvas-kit
 */
import { AppError } from "@cuecard/core/error";
import { ExternalId } from "@cuecard/core/event";
import type { Credentials } from "@cuecard/core/helpdesk/port";
import { ask } from "@cuecard/core/request";
import * as Settings from "@cuecard/core/settings";
import { snapshot } from "@cuecard/core/snapshot";
import { read } from "@cuecard/core/store/suggestions";
import { withoutCitations } from "@cuecard/core/text";
import * as z from "zod";
import * as deps from "../deps.ts";
import { clicked, shown } from "../marked.ts";
import { leaveNote } from "../notes.ts";
import type { Session } from "../session.ts";

const id = z.union([z.string(), z.number()]).transform(String).pipe(ExternalId);
/** `initialize` and `submit` alike. What was on the card comes back as `current_canvas`. */
export const Pressed = z.object({
  admin: z.object({ id: id.optional(), email: z.string().max(320).optional() }).nullish(),
  conversation: z.object({ id }).nullish(),
  component_id: z.string().max(200).optional(),
  current_canvas: z
    .object({ stored_data: z.object({ suggestionId: z.string().max(1_200).optional() }).nullish() })
    .nullish()
    .catch(undefined),
});
export type Pressed = z.infer<typeof Pressed>;

type Component = Record<string, unknown>;
const text = (words: string, style: "header" | "paragraph" | "muted" | "error" = "paragraph") => ({
  type: "text",
  text: words,
  style,
});
const button = (name: string, label: string, style = "secondary") => ({
  type: "button",
  id: name,
  label,
  style,
  action: { type: "submit" },
});
/** Content may have 64 KB. */
const draftLength = 16_000;
const quoteLength = 300;
/** Markdown's links and emphasis are drawn by Intercom: an article's words must not become any. */
const literal = (words: string) => words.replace(/[[\]*_`()]/g, (sign) => `\\${sign}`);

const canvas = (components: Component[], stored_data: Record<string, string> = {}) => ({
  canvas: { content: { components }, stored_data },
});

/** A canvas; what went wrong stands on it in words, since Intercom shows no other. */
export async function card(pressed: Pressed, who: Session | undefined, credentials: Credentials): Promise<unknown> {
  if (!who)
    return canvas([text("You are not on this server's list. An admin of Cuecard can add you, with your Intercom id.")]);
  const conversationId = pressed.conversation?.id;
  if (!conversationId) return canvas([text("Open a conversation, and a draft for it appears here.", "muted")]);
  try {
    const said = await pressedButton(pressed, who, conversationId);
    return await drawn(who, conversationId, credentials, said);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return canvas([text(error.message, "error"), button("refresh", "Refresh")]);
  }
}

/** What the press did, in words. */
async function pressedButton(pressed: Pressed, who: Session, conversationId: string): Promise<string | undefined> {
  const { component_id: name, current_canvas } = pressed;
  const loaded = await Settings.load(deps.table(), who.workspace);
  if (name === "ask") {
    const wish = { kind: "draft" as const };
    const given = { nowMs: deps.now(), random: deps.random };
    const { job } = await ask(deps.table(), who, conversationId, wish, loaded, given);
    await (await deps.send())(job);
    return "A draft is being written. Press Refresh in a moment.";
  }
  if (name !== "copied" && name !== "note") return undefined;
  const suggestionId = current_canvas?.stored_data?.suggestionId;
  const whole = suggestionId && (await read(deps.table(), who.workspace, suggestionId));
  // Sight of the conversation is checked where it is drawn; a draft of another one has no business here.
  if (!whole || whole.state.conversationId !== conversationId)
    throw new AppError("missing", "suggestion_unknown", "This draft is gone. Press Refresh.");
  await snapshot(deps.table(), who, conversationId, loaded.settings, deps.now());
  if (name === "copied") {
    await clicked(who, whole, { action: "copied" }, loaded);
    return "Counted. What you send decides.";
  }
  await leaveNote(who, whole, "intercom");
  return "Left as an internal note.";
}

async function drawn(who: Session, conversationId: string, { cuecardUrl }: Credentials, said: string | undefined) {
  const loaded = await Settings.load(deps.table(), who.workspace);
  const { frame, wanting } = await snapshot(deps.table(), who, conversationId, loaded.settings, deps.now());
  if (wanting) await (await deps.send())({ type: "open", workspace: who.workspace, conversationId });
  const latest = frame.suggestions.findLast(({ kind }) => kind === "draft" || kind === "rewrite");
  const beside =
    cuecardUrl && URL.canParse(cuecardUrl)
      ? [
          {
            ...button("open", "Open beside"),
            action: { type: "url", url: new URL(`/sidebar?${query(who, conversationId)}`, cuecardUrl).href },
          },
        ]
      : [];
  const foot = [...(said ? [text(said, "muted")] : []), button("refresh", "Refresh"), ...beside];
  if (latest?.status !== "ready" || latest.decision) {
    const words =
      latest?.status === "streaming" || wanting ? "A draft is being written …" : "No draft for the last message.";
    return canvas([text(words, "muted"), button("ask", "Suggest a reply"), ...foot]);
  }
  await shown(who, latest.id, loaded);
  const sources = latest.citations.map(({ n, title, quote }) =>
    text(literal(`${n}. ${title}: ${quote.slice(0, quoteLength)}`), "muted"),
  );
  return canvas(
    [
      text("Draft", "header"),
      {
        type: "textarea",
        id: "draft",
        label: "Select and copy",
        value: withoutCitations(latest.text).slice(0, draftLength),
      },
      button("copied", "I use it", "primary"),
      button("note", "Leave as internal note"),
      ...sources,
      ...foot,
    ],
    { suggestionId: latest.id },
  );
}

const query = ({ workspace }: Session, conversation: string) =>
  new URLSearchParams({ conversation, workspace, helpdesk: "intercom" });
