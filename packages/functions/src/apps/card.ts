/**
 * Cuecard in Intercom's inbox: a card, as its inbox takes no frame, no push and no text. It shows the latest draft to copy,
 * asks again, and leaves the draft as an internal note. https://developers.intercom.com/docs/canvas-kit
 */
import { AppError } from "@cuecard/core/error";
import { ExternalId } from "@cuecard/core/event";
import type { Credentials } from "@cuecard/core/helpdesk/port";
import { ask } from "@cuecard/core/request";
import type * as Settings from "@cuecard/core/settings";
import { snapshot } from "@cuecard/core/snapshot";
import { read } from "@cuecard/core/store/suggestions";
import { withoutCitations } from "@cuecard/core/text";
import * as z from "zod";
import * as deps from "../deps.ts";
import { clicked, shown } from "../marked.ts";
import { leaveNote } from "../notes.ts";
import type { Session } from "../session.ts";
import { type Words, wordsFor } from "./words.ts";

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
export async function card(
  pressed: Pressed,
  who: Session | undefined,
  credentials: Credentials,
  loaded: Settings.Loaded,
): Promise<unknown> {
  const say = wordsFor(loaded.settings.repLanguage);
  if (!who) return canvas([text(say.stranger)]);
  const conversationId = pressed.conversation?.id;
  if (!conversationId) return canvas([text(say.noConversation, "muted")]);
  const on: On = { who, conversationId, loaded, say };
  try {
    const said = await pressedButton(pressed, on);
    return await drawn(on, credentials, said);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return canvas([text(error.message, "error"), button("refresh", say.refresh)]);
  }
}
type On = { who: Session; conversationId: string; loaded: Settings.Loaded; say: Words };

/** What the press did, in words. */
async function pressedButton(pressed: Pressed, { who, conversationId, loaded, say }: On): Promise<string | undefined> {
  const { component_id: name, current_canvas } = pressed;
  if (name === "ask") {
    const wish = { kind: "draft" as const };
    const given = { nowMs: deps.now(), random: deps.random };
    const { job } = await ask(deps.table(), who, conversationId, wish, loaded, given);
    await (await deps.send())(job);
    return say.asked;
  }
  if (name !== "copied" && name !== "note") return undefined;
  const suggestionId = current_canvas?.stored_data?.suggestionId;
  const whole = suggestionId && (await read(deps.table(), who.workspace, suggestionId));
  // Sight of the conversation is checked where it is drawn; a draft of another one has no business here.
  if (!whole || whole.state.conversationId !== conversationId)
    throw new AppError("missing", "suggestion_unknown", say.gone);
  await snapshot(deps.table(), who, conversationId, loaded.settings, deps.now());
  if (name === "copied") {
    await clicked(who, whole, { action: "copied" }, loaded);
    return say.counted;
  }
  await leaveNote(who, whole, "intercom");
  return say.noted;
}

async function drawn({ who, conversationId, loaded, say }: On, { cuecardUrl }: Credentials, said: string | undefined) {
  const { frame, wanting } = await snapshot(deps.table(), who, conversationId, loaded.settings, deps.now());
  if (wanting) await (await deps.send())({ type: "open", workspace: who.workspace, conversationId });
  const latest = frame.suggestions.findLast(({ kind }) => kind === "draft" || kind === "rewrite");
  const beside =
    cuecardUrl && URL.canParse(cuecardUrl)
      ? [
          {
            ...button("open", say.beside),
            action: { type: "url", url: new URL(`/sidebar?${query(who, conversationId)}`, cuecardUrl).href },
          },
        ]
      : [];
  const foot = [...(said ? [text(said, "muted")] : []), button("refresh", say.refresh), ...beside];
  if (latest?.status !== "ready" || latest.decision) {
    const words = latest?.status === "streaming" || wanting ? say.coming : say.none;
    return canvas([text(words, "muted"), button("ask", say.suggest), ...foot]);
  }
  await shown(who, latest.id, loaded);
  const sources = latest.citations.map(({ n, title, quote }) =>
    text(literal(`${n}. ${title}: ${quote.slice(0, quoteLength)}`), "muted"),
  );
  return canvas(
    [
      text(say.draft, "header"),
      {
        type: "textarea",
        id: "draft",
        label: say.copy,
        value: withoutCitations(latest.text).slice(0, draftLength),
      },
      button("copied", say.use, "primary"),
      button("note", say.note),
      ...sources,
      ...foot,
    ],
    { suggestionId: latest.id },
  );
}

const query = ({ workspace }: Session, conversation: string) =>
  new URLSearchParams({ conversation, workspace, helpdesk: "intercom" });
