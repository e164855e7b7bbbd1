/** What the page shows stands in its address, so that a link shows a colleague the same. */
export const groupings = ["kind", "team", "tenure", "policy", "language", "model", "promptVersion", "rep"] as const;
export type Grouping = (typeof groupings)[number];

export type State = {
  /** Days, `YYYY-MM-DD`; unset: the server's own window. */
  from?: string;
  to?: string;
  by: Grouping;
  /** Points of the curve; days unless set. */
  each?: "week";
  /** One rep or one team alone, by the key that reports give it; `team` may be empty: those without one. */
  rep?: string;
  team?: string;
  /** A past measurement; unset: the running one, else the last. */
  measurement?: string;
  /** The opened figure: which grouping (also `day`, `arm`, …), and which row of it; `*` for all, empty for the group without a name. */
  open?: { by: string; key: string };
};

const day = /^\d{4}-\d{2}-\d{2}$/;

export function read(search: string): State {
  const query = new URLSearchParams(search);
  const by = query.get("by") as Grouping;
  const from = query.get("from") ?? "";
  const to = query.get("to") ?? "";
  const rows = query.get("rows");
  const key = query.get("key"); // may be empty: the group without a name
  const named = (name: "rep" | "team" | "measurement") => {
    const value = query.get(name);
    return value === null ? {} : { [name]: value };
  };
  return {
    by: groupings.includes(by) ? by : "kind",
    ...(day.test(from) ? { from } : {}),
    ...(day.test(to) ? { to } : {}),
    ...(query.get("each") === "week" ? { each: "week" as const } : {}),
    ...named("rep"),
    ...named("team"),
    ...named("measurement"),
    ...(rows && key !== null ? { open: { by: rows, key } } : {}),
  };
}

export function write({ from, to, by, each, rep, team, measurement, open }: State): string {
  const query = new URLSearchParams({
    by,
    ...(from ? { from } : {}),
    ...(to ? { to } : {}),
    ...(each ? { each } : {}),
    ...(rep === undefined ? {} : { rep }),
    ...(team === undefined ? {} : { team }),
    ...(measurement ? { measurement } : {}),
    ...(open ? { rows: open.by, key: open.key } : {}),
  });
  return `?${query}`;
}

/** Whether something else is looked at than a measurement's own days and everybody in it. */
export const explores = ({ from, to, rep, team }: State) => [from, to, rep, team].some((one) => one !== undefined);

/** The part of it that every report understands. */
export const range = ({ from, to }: Pick<State, "from" | "to">, more: Record<string, string> = {}) => {
  const query = new URLSearchParams({ ...(from ? { from } : {}), ...(to ? { to } : {}), ...more }).toString();
  return query ? `?${query}` : "";
};

/** The same with one rep or team alone, for the reports that can do it. */
export const narrow = ({ from, to, rep, team }: State, more: Record<string, string> = {}) =>
  range({ from, to }, { ...(rep === undefined ? {} : { rep }), ...(team === undefined ? {} : { team }), ...more });
