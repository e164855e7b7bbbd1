/** Reads the data sets: JSON lines, gzipped or not. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

/** The rows of `DIR/NAME.jsonl` or `DIR/NAME.jsonl.gz`; `null` when neither is there. */
export function rows<Row>(dir: string, name: string): Row[] | null {
  for (const ending of [".jsonl", ".jsonl.gz"]) {
    const path = join(dir, name + ending);
    if (!existsSync(path)) continue;
    const bytes = readFileSync(path);
    const text = (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString("utf8");
    return text
      .split("\n")
      .filter((line) => line.trim())
      .map((line) => JSON.parse(line) as Row);
  }
  return null;
}
