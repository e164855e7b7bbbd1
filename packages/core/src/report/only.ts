/** One rep or one team out of all: exploration, never a verdict. */
import { AppError } from "../error.ts";
import type { Settings } from "../settings.ts";
import type { Day } from "./days.ts";
import { type Naming, type Rep, teamOn } from "./reps.ts";

/** `rep` is the key that a report gives a rep: a pseudonym where reps are not named. */
export type Only = { rep?: string | undefined; team?: string | undefined };
type Names = { reps: Map<string, Rep>; name: Naming; settings: Pick<Settings, "repFigures"> };

export const isNarrow = ({ rep, team }: Only): boolean => rep !== undefined || team !== undefined;

/** Throws `input` where reports show no reps. */
export function check({ rep }: Only, { repFigures }: Pick<Settings, "repFigures">): void {
  if (rep !== undefined && repFigures === "team")
    throw new AppError("input", "teams_alone", "Reports show teams alone here, no reps.", "rep");
}

/** Where the helpdesk knows no teams, the rep's own on that day. */
export const teamOf = (row: { team?: string; rep: string | null }, day: string, reps: Map<string, Rep>): string =>
  row.team || (row.rep !== null && teamOn(reps.get(row.rep), day)) || "";

/** What is counted by article holds no rep, so for one rep there is none of it. */
export function only(days: Day[], wish: Only, { reps, name, settings }: Names): Day[] {
  check(wish, settings);
  if (!isNarrow(wish)) return days;
  const fits = (day: string) => (row: { team?: string; rep: string | null; article?: string | null }) =>
    (wish.rep === undefined || (!row.article && name(row.rep).key === wish.rep)) &&
    (wish.team === undefined || teamOf(row, day, reps) === wish.team);
  return days.map((one) => ({
    ...one,
    cells: one.cells.filter(fits(one.day)),
    outcomes: one.outcomes.filter(fits(one.day)),
  }));
}
