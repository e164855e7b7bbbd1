/** Who the reps are, by date: a past report does not change when somebody moves. */
import * as z from "zod";
import * as keys from "./store/keys.ts";
import { change, type Stored, type Table } from "./store/port.ts";

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
export type Rep = z.infer<typeof Rep> & {
  /** The first reply we saw, by its own time; stands in where no first day is known. */
  firstReplyAt?: string;
};

type RepItem = Stored & { rep: z.infer<typeof Rep>; firstReplyAt?: string; seenName?: string };

const repOf = ({ rep, firstReplyAt, seenName }: RepItem): Rep => ({
  ...(seenName === undefined ? {} : { name: seenName }),
  ...rep,
  ...(firstReplyAt === undefined ? {} : { firstReplyAt }),
});

export async function listReps(table: Table, workspace: string): Promise<Map<string, Rep>> {
  const items = (await table.query({ pk: keys.workspacePk(workspace), prefix: "REP#" })) as unknown as RepItem[];
  return new Map(items.map((item) => [item.rep.id, repOf(item)]));
}

export async function readRep(table: Table, workspace: string, id: string): Promise<Rep | undefined> {
  const item = (await table.get(keys.rep(workspace, id))) as unknown as RepItem | undefined;
  return item && repOf(item);
}

/** Changes the fields it names. A team is added by its day, or replaces the one of the same day: who moves keeps the past. */
export async function putRep(table: Table, workspace: string, rep: z.infer<typeof Rep>): Promise<void> {
  await change<RepItem>(table, keys.rep(workspace, rep.id), (old) => {
    const teams = new Map([...(old?.rep.teams ?? []), ...(rep.teams ?? [])].map((one) => [one.from, one]));
    const next = { ...old?.rep, ...rep };
    if (teams.size > 0) next.teams = [...teams.values()].sort((a, b) => (a.from < b.from ? -1 : 1));
    return { ...keys.rep(workspace, rep.id), v: 1, ...old, rep: next };
  });
}

/** What each process knows to be noted already: one write a rep, not one a reply. */
const noted = new WeakMap<Table, Map<string, string>>();

/** Keeps the earliest reply of a rep, in whatever order they come. `at` is the reply's own time. */
export async function noteReply(
  table: Table,
  workspace: string,
  { id, name, at }: { id: string; name: string | undefined; at: string },
): Promise<void> {
  const known = noted.get(table) ?? new Map<string, string>();
  noted.set(table, known);
  const key = `${workspace}\n${id}`;
  const earliest = known.get(key);
  if (earliest !== undefined && earliest <= at) return;
  const { item } = await change<RepItem>(table, keys.rep(workspace, id), (old) =>
    old?.firstReplyAt !== undefined && old.firstReplyAt <= at
      ? undefined
      : {
          ...keys.rep(workspace, id),
          v: 1,
          rep: { id },
          ...old,
          firstReplyAt: at,
          ...(name === undefined ? {} : { seenName: name }),
        },
  );
  if (known.size > 50_000) known.clear();
  known.set(key, item?.firstReplyAt ?? at);
}

/** The name as the helpdesk's API has it; one that a lead has set stands above it. */
export async function noteName(table: Table, workspace: string, id: string, name: string): Promise<void> {
  await change<RepItem>(table, keys.rep(workspace, id), (old) =>
    old?.seenName === name ? undefined : { ...keys.rep(workspace, id), v: 1, rep: { id }, ...old, seenName: name },
  );
}

/** First day in support, as far as it is known. */
export const sinceOf = (rep: Rep | undefined): string | undefined => rep?.startedAt ?? rep?.firstReplyAt?.slice(0, 10);

/** Bands by months in support on a day. */
export function tenureOn(rep: Rep | undefined, day: string): string {
  const since = sinceOf(rep);
  if (since === undefined) return "unknown";
  const months = (Date.parse(day) - Date.parse(since)) / (30.44 * 86_400_000);
  return months < 3 ? "0–3 months" : months < 12 ? "3–12 months" : months < 36 ? "1–3 years" : "over 3 years";
}

/** The rep's team on a day; undefined where none is known. */
export const teamOn = (rep: Rep | undefined, day: string): string | undefined =>
  rep?.teams?.filter(({ from }) => from <= day).at(-1)?.team;
