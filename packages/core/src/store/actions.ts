/**
 * When each rep wrote, wherever it was: handle time begins no earlier than the rep's previous action anywhere. One small item
 * a message of a rep; no text, no customer, no conversation can be read from it.
 */
import * as keys from "./keys.ts";
import type { Key, Table } from "./port.ts";

const pk = (workspace: string, rep: string) => `A#${workspace}#${rep}`;
const key = (workspace: string, rep: string, at: string, messageId: string): Key => ({
  pk: pk(workspace, rep),
  sk: `${at}#${keys.sha256(messageId).slice(0, 12)}`,
});

export type Action = { rep: string; at: string };

export async function noteAction(
  table: Table,
  workspace: string,
  { rep, at, messageId, expiresAt }: Action & { messageId: string; expiresAt: number },
): Promise<void> {
  await table.put({ ...key(workspace, rep, at, messageId), v: 1, expiresAt });
}

/** What the reps of `actions` wrote in the `reachMs` before each of them: further back a gap is capped anyway. */
export async function actionsBefore(
  table: Table,
  workspace: string,
  actions: Action[],
  reachMs: number,
): Promise<Action[]> {
  const windows: { rep: string; from: string; to: string }[] = [];
  for (const { rep, at } of actions.toSorted((a, b) =>
    a.rep < b.rep ? -1 : a.rep > b.rep ? 1 : a.at < b.at ? -1 : 1,
  )) {
    const from = new Date(Date.parse(at) - reachMs).toISOString();
    const last = windows.at(-1);
    if (last?.rep === rep && from <= last.to) last.to = at;
    else windows.push({ rep, from, to: at });
  }
  const found = await Promise.all(
    windows.map(async ({ rep, from, to }) =>
      (await table.query({ pk: pk(workspace, rep), from, to: `${to}#` })).map(({ sk }) => ({
        rep,
        at: sk.slice(0, sk.indexOf("#")),
      })),
    ),
  );
  return found.flat();
}
