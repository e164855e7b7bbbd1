/** A suggestion left as an internal note in the helpdesk, because a rep asked for it. Nothing here can send a reply. */
import { AppError } from "@cuecard/core/error";
import { names, note } from "@cuecard/core/helpdesk/notes";
import * as helpdesks from "@cuecard/core/store/helpdesks";
import type { Identity } from "@cuecard/core/store/presence";
import type { Whole } from "@cuecard/core/suggestion";
import { withoutCitations } from "@cuecard/core/text";
import * as deps from "./deps.ts";

/** A rep waits for it. */
const patienceMs = 8_000;

export async function leaveNote(
  { workspace, repId }: Identity,
  { state, text }: Whole,
  wanted: string | undefined,
): Promise<{ helpdesk: string; conversationId: string }> {
  const words = withoutCitations(text?.text ?? "").trim();
  if (state.status === "streaming" || !words)
    throw new AppError("conflict", "not_ready", "There is no finished text to leave as a note.");
  const helpdesk = wanted ?? (await only(workspace));
  const credentials = await helpdesks.credentials(deps.table(), workspace, helpdesk, deps.secrets());
  if (!credentials)
    throw new AppError("missing", "helpdesk_unknown", "This helpdesk is not connected to the workspace.", "helpdesk");
  const asked = { conversationId: state.conversationId, text: words, repId };
  const signal = AbortSignal.timeout(patienceMs);
  await note(helpdesk, asked, credentials, { fetch: deps.reach, sleep: deps.sleep, nowMs: deps.now, signal });
  return { helpdesk, conversationId: state.conversationId };
}

/** The one helpdesk of the workspace that takes notes. */
async function only(workspace: string): Promise<string> {
  const connected = await helpdesks.list(deps.table(), workspace);
  const able = connected.map(({ helpdesk }) => helpdesk).filter((name) => names.includes(name));
  if (able.length === 1) return able[0]!;
  throw new AppError(
    "conflict",
    "helpdesk_needed",
    able.length > 1 ? `Name the helpdesk: ${able.join(", ")}.` : `Only ${names.join(", ")} take notes; connect one.`,
    "helpdesk",
  );
}
