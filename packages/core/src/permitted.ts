/** Whether something may be suggested at all; apart from `copilot.ts`, which loads all that writing needs. */
import type * as Conversation from "./conversation.ts";
import type { SuggestionKind } from "./protocol.ts";
import type { Settings } from "./settings.ts";

/** Whether the workspace wants suggestions in this conversation at all, asked for or not. */
export const isOn = (header: Conversation.Header, { assistWhen, teams }: Settings): boolean =>
  !header.erased && assistWhen !== "off" && (!teams || teams.includes(header.team?.value ?? ""));

/** What may be made unasked. In control only the summary stays; `asked` means nothing until somebody asks. */
export function eligible(
  header: Conversation.Header,
  settings: Settings,
  { watched, asked }: { watched: boolean; asked: boolean },
): SuggestionKind[] {
  if (!isOn(header, settings)) return [];
  if (settings.assistWhen === "asked" && !asked) return [];
  if (settings.assistWhen === "watched" && !asked && !watched && !header.assignee?.value) return [];
  const held = header.arm === "control" && !header.anywayAt;
  return (["policy", "draft", "summary"] as const).filter(
    (kind) => settings.kinds.includes(kind) && !(held && kind !== "summary"),
  );
}
