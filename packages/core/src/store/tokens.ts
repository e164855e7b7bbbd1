/** Long-lived tokens for programs. Each does one thing; the table keeps a hash, so nobody can read one back. */
import { timingSafeEqual } from "node:crypto";
import * as keys from "./keys.ts";
import { live, type Stored, type Table } from "./port.ts";

export type Scope = "import";
type TokenItem = Stored & {
  id: string;
  name: string;
  scope: Scope;
  hash: string;
  createdAt: string;
  createdBy: string;
};
export type TokenInfo = Pick<TokenItem, "id" | "name" | "scope" | "createdAt" | "createdBy"> & { expiresAt: string };

const form = /^cuecard_([a-z0-9][a-z0-9-]{0,39})_([0-9a-f]{12})_([0-9a-f]{64})$/;

/** Whether a bearer token is one of these, good or not. */
export const isToken = (text: string) => text.startsWith("cuecard_");

/** `random` gives a UUID each time. The token itself is given once, here. */
export async function issueToken(
  table: Table,
  workspace: string,
  { name, scope, days, createdBy }: { name: string; scope: Scope; days: number; createdBy: string },
  { nowMs, random }: { nowMs: number; random: () => string },
): Promise<TokenInfo & { token: string }> {
  const plain = () => random().replaceAll("-", "");
  const id = plain().slice(0, 12);
  const secret = `${plain()}${plain()}`;
  const until = Math.floor(nowMs / 1_000) + days * 86_400;
  const item: TokenItem = {
    ...keys.token(workspace, id),
    v: 1,
    id,
    name,
    scope,
    hash: keys.sha256(secret),
    createdAt: new Date(nowMs).toISOString(),
    createdBy,
    expiresAt: until,
  };
  await table.put(item as never, "absent");
  return { ...info(item), token: `cuecard_${workspace}_${id}_${secret}` };
}

/** Undefined for one that was never given, was revoked, or is too old. */
export async function readToken(
  table: Table,
  text: string,
  nowMs: number,
): Promise<{ workspace: string; id: string; scope: Scope } | undefined> {
  const [, workspace, id, secret] = form.exec(text) ?? [];
  if (!workspace || !id || !secret) return undefined;
  const item = live((await table.get(keys.token(workspace, id))) as unknown as TokenItem | undefined, nowMs);
  if (!item || !timingSafeEqual(Buffer.from(item.hash), Buffer.from(keys.sha256(secret)))) return undefined;
  return { workspace, id, scope: item.scope };
}

export async function listTokens(table: Table, workspace: string, nowMs: number): Promise<TokenInfo[]> {
  const items = (await table.query({
    pk: keys.workspacePk(workspace),
    prefix: "TOKEN#",
  })) as unknown as TokenItem[];
  return items.filter((item) => live(item, nowMs)).map(info);
}

export async function revokeToken(table: Table, workspace: string, id: string): Promise<boolean> {
  return (await table.remove(keys.token(workspace, id))) !== undefined;
}

const info = ({ id, name, scope, createdAt, createdBy, expiresAt }: TokenItem): TokenInfo => ({
  id,
  name,
  scope,
  createdAt,
  createdBy,
  expiresAt: new Date(expiresAt! * 1_000).toISOString(),
});
