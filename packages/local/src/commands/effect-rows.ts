/** The file `npm run effect` reads: one randomised unit a row, in order of time. Every fault is named by line and column. */
import { AppError } from "@cuecard/core/error";
import type { Arm } from "@cuecard/core/stats/clustered";

export type UnitRow = { line: number; unit: string; cluster: string; arm: Arm; value: number; covariate?: number };

const required = ["unit", "cluster", "arm", "value"] as const;

/** Squares of larger values do not fit into a number any more. */
const largest = 1e100;

/** Rows of RFC 4180 text (quotes, doubled quotes, line breaks inside quotes), each with the line it starts on. */
export function csvRecords(text: string): { line: number; fields: string[] }[] {
  const records: { line: number; fields: string[] }[] = [];
  let fields: string[] = [];
  let field = "";
  let quotedFrom = 0;
  let line = 1;
  let startedAt = 1;
  const close = () => {
    fields.push(field);
    field = "";
  };
  const closeRecord = () => {
    close();
    if (fields.length > 1 || fields[0]!.trim() !== "") records.push({ line: startedAt, fields });
    fields = [];
  };
  for (let i = text.startsWith("\uFEFF") ? 1 : 0; i < text.length; i++) {
    const c = text[i]!;
    if (c === "\n") line += 1;
    if (quotedFrom) {
      if (c !== '"') field += c;
      else if (text[i + 1] === '"') {
        field += c;
        i += 1;
      } else quotedFrom = 0;
    } else if (c === '"' && field.trim() === "") {
      field = "";
      quotedFrom = line;
    } else if (c === ",") close();
    else if (c === "\n") {
      closeRecord();
      startedAt = line;
    } else if (c !== "\r" || text[i + 1] !== "\n") field += c;
  }
  if (quotedFrom)
    throw new AppError("input", "quote_open", `line ${quotedFrom}: a quote is never closed`, `line ${quotedFrom}`);
  closeRecord();
  return records;
}

/**
 * Rows from the text of a CSV file with columns `unit,cluster,arm,value[,covariate]` in any order, others ignored. Throws
 * `input` naming the first bad line and column. With `byCluster` a cluster must keep its arm.
 */
export function unitRows(text: string, options: { byCluster?: boolean } = {}): UnitRow[] {
  const [header, ...records] = csvRecords(text);
  if (!header) throw new AppError("input", "empty", "line 1: the file is empty", "line 1");
  const names = header.fields.map((name) => name.trim());
  for (const name of required)
    if (!names.includes(name))
      fault("column_missing", header.line, name, `is missing from the header (${names.join(",")})`);
  const repeated = names.find((name, i) => name !== "" && names.indexOf(name) !== i);
  if (repeated) fault("column_twice", header.line, repeated, "stands twice in the header");

  const arms = new Map<string, Arm>();
  const rows = records.map(({ line, fields }): UnitRow => {
    if (fields.length > names.length)
      fault("columns", line, `${names.length + 1}`, `is one more than the header has (${names.length})`);
    const field = (name: string) => fields[names.indexOf(name)]?.trim() ?? "";
    for (const name of required) if (field(name) === "") fault("empty", line, name, "is empty");
    const arm = field("arm");
    if (arm !== "assist" && arm !== "control") return fault("arm", line, "arm", `is "${arm}", not assist or control`);
    const cluster = field("cluster");
    if (options.byCluster && (arms.get(cluster) ?? arm) !== arm)
      fault("cluster_arms", line, "arm", `is ${arm}, but cluster "${cluster}" was ${arms.get(cluster)} before`);
    arms.set(cluster, arm);
    const covariate = field("covariate") === "" ? {} : { covariate: number(field("covariate"), line, "covariate") };
    return { line, unit: field("unit"), cluster, arm, value: number(field("value"), line, "value"), ...covariate };
  });
  if (rows.length === 0)
    throw new AppError("input", "empty", `line ${header.line}: no rows after the header`, "line 2");
  return rows;
}

/** The first unit that stands on more than one row, if any: rows then are not what was randomised. */
export function repeatedUnit(rows: UnitRow[]): UnitRow | undefined {
  const seen = new Set<string>();
  return rows.find(({ unit }) => seen.size === seen.add(unit).size);
}

function number(text: string, line: number, column: string): number {
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) || !Number.isFinite(Number(text)))
    return fault("not_a_number", line, column, `is "${text.slice(0, 60)}", not a number`);
  if (Math.abs(Number(text)) > largest) return fault("too_large", line, column, `is beyond ${largest}`);
  return Number(text);
}

function fault(code: string, line: number, column: string, what: string): never {
  throw new AppError("input", code, `line ${line}, column ${column}: ${what}`, `line ${line}, column ${column}`);
}
