/** What the page shows stands in its address, so that a link shows a colleague the same. */
export const groupings = ["kind", "team", "tenure", "policy", "language", "model", "promptVersion", "rep"] as const;
export type Grouping = (typeof groupings)[number];

export type State = {
  /** Days, `YYYY-MM-DD`; unset: the server's own window. */
  from?: string;
  to?: string;
  by: Grouping;
  /** The opened figure: which grouping (also `day`), and which row of it; `*` for all, empty for the group without a name. */
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
  return {
    by: groupings.includes(by) ? by : "kind",
    ...(day.test(from) ? { from } : {}),
    ...(day.test(to) ? { to } : {}),
    ...(rows && key !== null ? { open: { by: rows, key } } : {}),
  };
}

export function write({ from, to, by, open }: State): string {
  const query = new URLSearchParams({
    by,
    ...(from ? { from } : {}),
    ...(to ? { to } : {}),
    ...(open ? { rows: open.by, key: open.key } : {}),
  });
  return `?${query}`;
}

/** The part of it that every report understands. */
export const range = ({ from, to }: Pick<State, "from" | "to">, more: Record<string, string> = {}) => {
  const query = new URLSearchParams({ ...(from ? { from } : {}), ...(to ? { to } : {}), ...more }).toString();
  return query ? `?${query}` : "";
};
