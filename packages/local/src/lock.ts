/** A data folder belongs to one process at a time. */
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Refusal } from "./log.ts";

/** `born` tells a process from a later one with the same id, as after a restart of a container. */
type Owner = { pid: number; born: string };

/**
 * Throws Refusal if a living process holds the folder; takes it over from a dead one. Gives the function that lets go.
 * A link is made or refused in one step, with its text already in it; so nobody sees half a lock.
 */
export function lockFolder(folder: string): () => void {
  const file = join(folder, "lock");
  const own = `${file}.${process.pid}`;
  const text = JSON.stringify({ pid: process.pid, born: bornOf(process.pid) } satisfies Owner);
  writeFileSync(own, text, { mode: 0o600 });
  try {
    for (let tries = 0; tries < 10; tries++) {
      try {
        linkSync(own, file);
        return () => rmSync(file, { force: true });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
      const held = readIfThere(file);
      if (held === undefined) continue;
      const owner = parsed(held);
      if (owner && isAlive(owner))
        throw new Refusal(
          `Another Cuecard (process ${owner.pid}) already uses ${folder}. Stop it, or set CUECARD_DATA.`,
        );
      setAside(file, held, `${own}.stale`);
    }
    throw new Refusal(`${file} cannot be taken; is something else writing it?`);
  } finally {
    rmSync(own, { force: true });
  }
}

/** Of two that found the same dead lock, the slower may catch the quicker one's new lock here, and puts it back. */
function setAside(file: string, stale: string, aside: string): void {
  try {
    renameSync(file, aside);
    if (readFileSync(aside, "utf8") !== stale) linkSync(aside, file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOENT" && code !== "EEXIST") throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function isAlive({ pid, born }: Owner): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false; // EPERM: alive, and somebody else's
  }
  return born === "" || born === bornOf(pid);
}

/** Linux tells when a process started (field 22 of its stat, in ticks since boot); elsewhere the id must do. */
function bornOf(pid: number): string {
  const stat = readIfThere(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ESRCH") return undefined;
    throw error;
  }
}

function parsed(text: string): Owner | undefined {
  try {
    const owner = JSON.parse(text) as Partial<Owner>;
    return Number.isInteger(owner.pid) && owner.pid! > 0 ? { pid: owner.pid!, born: owner.born ?? "" } : undefined;
  } catch {
    return undefined; // torn by a power cut: nobody's
  }
}
