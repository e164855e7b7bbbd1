/**
 * Drafts of control conversations that nobody sees. They lie apart from suggestions: what shows, counts or learns from
 * suggestions never meets one.
 */
import type { Outcome } from "../suggestion.ts";
import * as keys from "./keys.ts";
import type { Item, Stored, Table } from "./port.ts";
import { newer, shape } from "./shape.ts";

export type Shadow = Stored & {
  kind: "shadow";
  conversationId: string;
  turn: string;
  turnAt: string;
  measurement: string;
  day: string;
  team: string;
  language?: string;
  createdAt: string;
  engine: string;
  promptVersion: string;
  /** Empty once it is erased. */
  text: string;
  /** What the reply would have been, had the draft been seen; absent until a rep has replied. */
  outcome?: Outcome;
  retained?: number;
  replyId?: string;
};

export type ShadowRow = { measurement: string; outcome: Outcome | null; retained: number | null };

const packRow = ({ measurement, outcome = undefined, retained = undefined }: Shadow): string =>
  JSON.stringify([shape, measurement, outcome ?? null, retained ?? null]);

function unpackRow(text: string): ShadowRow {
  const [version, measurement, outcome, retained] = JSON.parse(text);
  if (version > shape) throw newer(version);
  return { measurement, outcome, retained };
}

const window = 40;

/** The latest of a conversation, newest first. */
export async function listShadows(table: Table, workspace: string, conversationId: string): Promise<Shadow[]> {
  const pk = keys.conversationPk(workspace, conversationId);
  return (await table.query({ pk, prefix: "SHD#", descending: true, limit: window })) as unknown as Shadow[];
}

export const readShadow = async (table: Table, workspace: string, conversationId: string, turn: string) =>
  (await table.get(keys.shadow(workspace, conversationId, turn))) as unknown as Shadow | undefined;

/** False where another was quicker: with `old` undefined one is there, else it has changed. */
export function putShadow(table: Table, workspace: string, old: Shadow | undefined, next: Shadow): Promise<boolean> {
  const item = {
    ...next,
    gpk: keys.shadowsOfDay(workspace, next.day),
    gsk: `${next.turn}#${keys.sha256(next.conversationId).slice(0, 16)}`,
    row: packRow(next),
    rev: (old?.rev ?? 0) + 1,
  };
  return table.put(item as unknown as Item, old ? { rev: old.rev ?? 0 } : "absent");
}

export async function shadowRows(table: Table, workspace: string, day: string): Promise<ShadowRow[]> {
  const rows: ShadowRow[] = [];
  let after: string | undefined;
  do {
    const page = await table.index({
      gpk: keys.shadowsOfDay(workspace, day),
      keys: false,
      ...(after ? { after } : {}),
    });
    for (const { row } of page.rows) rows.push(unpackRow(row));
    after = page.next;
  } while (after);
  return rows;
}
