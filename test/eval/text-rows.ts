/** Rows of JSON lines, plain or gzipped; none where the file or folder is not there. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

export function rows<Row>(path: string): Row[] {
  const file = existsSync(path) ? path : `${path}.gz`;
  if (!existsSync(file)) return [];
  if (statSync(file).isDirectory())
    return readdirSync(file)
      .sort()
      .filter((name) => /\.jsonl(\.gz)?$/.test(name))
      .flatMap((name) => rows<Row>(join(file, name)));
  const raw = readFileSync(file);
  const text = (file.endsWith(".gz") ? gunzipSync(raw) : raw).toString("utf8");
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => JSON.parse(line) as Row);
}

/** A small repeatable source of chance (mulberry32), 0 to 1. */
export function dice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
