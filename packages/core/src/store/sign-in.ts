/** Sign-ins that were used. What is under way is nowhere kept: its nonce is signed, so a stranger can fill no table. */
import * as keys from "./keys.ts";
import type { Table } from "./port.ts";

/** Gives true to exactly one caller. `untilSeconds` is when the nonce would be too old anyway. */
export async function spendNonce(table: Table, nonce: string, untilSeconds: number): Promise<boolean> {
  return table.put({ ...keys.signIn(nonce), v: 1, expiresAt: untilSeconds + 60 }, "absent");
}
