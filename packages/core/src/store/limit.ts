/**
 * How often somebody may ask in a minute. Whoever asks at a human's pace costs nothing: each process lets `free` requests of a
 * minute through without a look at the table, and only then takes from what all processes share, a block at a time (one read and
 * one write). So no more than `perMinute` + `free` × the processes that were asked get through between two full minutes; over the
 * turn of a minute twice that. It bounds a runaway page or a stolen token, not somebody with many of them.
 */
import * as keys from "./keys.ts";
import type { Table } from "./port.ts";

export type Limit = { perMinute: number; free: number; block: number };
type Asked = { workspace: string; who: string; what: string; limit: Limit; nowMs: number };
type Minute = { minute: number; free: number; left: number; isOver: boolean };

const minuteMs = 60_000;
/** Of taking a block beside others. Who loses as often is let through: it is the table that is slow, not the one who asks. */
const tries = 4;

/** Gives the seconds to wait, or undefined: go on. `capacity`: whom one process remembers. */
export function limiter(capacity = 20_000) {
  const known = new Map<string, Minute>();
  return async (table: Table, { workspace, who, what, limit, nowMs }: Asked): Promise<number | undefined> => {
    const key = `${workspace}\n${who}\n${what}`;
    const minute = Math.floor(nowMs / minuteMs);
    let own = known.get(key);
    if (own?.minute !== minute) {
      if (known.size >= capacity) known.clear();
      own = { minute, free: limit.free, left: 0, isOver: false };
      known.set(key, own);
    }
    if (own.free > 0) {
      own.free--;
      return undefined;
    }
    if (own.left === 0 && !own.isOver) {
      const taken = await takeBlock(table, { workspace, who, what, limit, nowMs });
      own.left += taken;
      own.isOver = taken === 0;
    }
    if (own.left > 0) {
      own.left--;
      return undefined;
    }
    return Math.ceil(((minute + 1) * minuteMs - nowMs) / 1_000);
  };
}

/** How many of the shared ones are this process's now; 0: none are left. */
async function takeBlock(table: Table, { workspace, who, what, limit, nowMs }: Asked): Promise<number> {
  const key = keys.pace(workspace, `${what}#${who}`);
  const minute = Math.floor(nowMs / minuteMs);
  for (let attempt = 0; attempt < tries; attempt++) {
    const old = await table.get(key);
    const taken = old?.minute === minute ? Number(old.taken) : 0;
    const block = Math.min(limit.block, limit.perMinute - taken);
    if (block <= 0) return 0;
    const expiresAt = Math.floor(nowMs / 1_000) + 120;
    const item = { ...key, v: 1, minute, taken: taken + block, rev: (old?.rev ?? 0) + 1, expiresAt };
    if (await table.put(item, old ? { rev: old.rev ?? 0 } : "absent")) return block;
  }
  return 1;
}
