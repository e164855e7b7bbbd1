/** Who the reps are, by date: a past report does not change when somebody moves. */
import { createHash } from "node:crypto";
import * as z from "zod";
import type { Settings } from "../settings.ts";
import * as keys from "../store/keys.ts";
import type { Stored, Table } from "../store/port.ts";

const Day = z.iso.date();
export const Rep = z.object({
  id: z.string().min(1).max(256),
  name: z.string().max(200).optional(),
  /** First day in support; tenure counts from here. */
  startedAt: Day.optional(),
  /** Teams by the day from which they hold. */
  teams: z
    .array(z.object({ from: Day, team: z.string().max(200) }))
    .max(100)
    .optional(),
});
export type Rep = z.infer<typeof Rep>;

export async function listReps(table: Table, workspace: string): Promise<Map<string, Rep>> {
  const items = (await table.query({ pk: keys.workspacePk(workspace), prefix: "REP#" })) as unknown as (Stored & {
    rep: Rep;
  })[];
  return new Map(items.map(({ rep }) => [rep.id, rep]));
}

export async function putRep(table: Table, workspace: string, rep: Rep): Promise<void> {
  await table.put({ ...keys.rep(workspace, rep.id), v: 1, rep });
}

/** Bands by months in support on a day. */
export function tenureOn(rep: Rep | undefined, day: string): string {
  if (!rep?.startedAt) return "unknown";
  const months = (Date.parse(day) - Date.parse(rep.startedAt)) / (30.44 * 86_400_000);
  return months < 3 ? "0–3 months" : months < 12 ? "3–12 months" : months < 36 ? "1–3 years" : "over 3 years";
}

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
