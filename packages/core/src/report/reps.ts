/** How a report may speak of reps. */
import { createHash } from "node:crypto";
import type { Rep } from "../rep.ts";
import type { Settings } from "../settings.ts";

export { listReps, putRep, Rep, teamOn, tenureOn } from "../rep.ts";

export type Naming = (id: string | null) => { key: string; label: string };

/** How a report may speak of a rep, by the workspace's choice. A pseudonym is the same in every report of the workspace. */
export function naming(workspace: string, reps: Map<string, Rep>, figures: Settings["repFigures"]): Naming {
  return (id) => {
    if (id === null) return { key: "", label: "nobody" };
    if (figures === "named") return { key: id, label: reps.get(id)?.name ?? id };
    const short = createHash("sha256").update(`${workspace}\nrep\n${id}`).digest("hex").slice(0, 6);
    return { key: `rep-${short}`, label: `Rep ${short}` };
  };
}
