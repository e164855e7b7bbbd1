/** How a report may speak of reps. */
import type { Rep } from "../rep.ts";
import type { Settings } from "../settings.ts";

export { listReps, putRep, Rep, teamOn, tenureOn } from "../rep.ts";

export type Naming = (id: string | null) => { key: string; label: string };
/** A keyed hash: whoever knows a rep's id must not find the rep in a report by hashing it. */
export type Pseudonym = (text: string) => string;

/** 32 bits: among 500 reps two share one in 30,000 workspaces. */
const shortened = 8;

/**
 * How a report may speak of a rep, by the workspace's choice. A pseudonym is the same in every report of the workspace; with
 * `team` a rep has none, and nobody may ask.
 */
export function naming(
  workspace: string,
  reps: Map<string, Rep>,
  figures: Settings["repFigures"],
  pseudonym: Pseudonym | undefined,
): Naming {
  return (id) => {
    if (id === null) return { key: "", label: "nobody" };
    if (figures === "named") return { key: id, label: reps.get(id)?.name ?? id };
    if (!pseudonym) throw new Error("this report was not given what makes pseudonyms");
    const short = pseudonym(`${workspace}\nrep\n${id}`).slice(0, shortened);
    return { key: `rep-${short}`, label: `Rep ${short}` };
  };
}
