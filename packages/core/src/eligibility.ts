/** What is known of a conversation before its arm is drawn: whether it takes part, and which unit is drawn for it. */
import type { Known } from "./arm.ts";
import type { Header } from "./conversation.ts";
import { isoWeek, type Measurement, unitOf } from "./measurement.ts";
import { dayOf, type Settings } from "./settings.ts";
import { sha256 } from "./store/keys.ts";

/** `since` is the rep's first day in support, as far as it is known. */
export function knownOf(
  header: Header,
  measurement: Measurement,
  settings: Settings,
  { nowMs, since }: { nowMs: number; since: string | undefined },
): Known {
  const timeZone = measurement.timeZone ?? settings.timeZone;
  const today = dayOf(nowMs, timeZone);
  const rep = header.assignee?.value?.id;
  const team = header.team?.value ?? undefined;
  const exempt = why(header, measurement, settings, today, since);
  return {
    nowMs,
    ...(exempt ? { exempt } : {}),
    ...(measurement.design === "switchback" ? { unit: unitOf(isoWeek(today), rep, team) } : {}),
  };
}

/**
 * A covariate must not know the arm: it is made of this alone. The tag that sorts first, as a helpdesk's order says nothing.
 * The topic is only ever compared, and its row outlives an erasure: so it is a hash, since a tag may hold any text.
 */
export function atDraw({ assignee, tags, channel, language }: Header): NonNullable<Header["atDraw"]> {
  const tag = [...(tags?.value ?? [])].sort()[0]?.slice(0, 60) ?? "";
  return {
    ...(assignee?.value?.id ? { rep: assignee.value.id } : {}),
    topic: sha256([tag, channel?.value ?? "", language?.value ?? ""].join("|")).slice(0, 16),
  };
}

function why(
  header: Header,
  { exempt }: Measurement,
  settings: Settings,
  today: string,
  since: string | undefined,
): string | undefined {
  const team = header.team?.value ?? "";
  // Where nobody gets suggestions there is nothing to compare.
  if (settings.assistWhen === "off" || (settings.teams && !settings.teams.includes(team))) return "off";
  if (!exempt) return undefined;
  if (header.tags?.value.some((tag) => exempt.tags.includes(tag))) return "tag";
  if (exempt.teams.includes(team)) return "team";
  const days = since === undefined ? undefined : (Date.parse(today) - Date.parse(since)) / 86_400_000;
  // Of whom nothing is known has not answered anybody yet: as new as one can be.
  if (exempt.newRepDays > 0 && header.assignee?.value && (days === undefined || days < exempt.newRepDays))
    return "new_rep";
  return undefined;
}
