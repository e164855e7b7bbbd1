/** `npm run effect -- FILE.csv [--json] [--control P] [--by-cluster]`: the comparison of two arms in any file. */
import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { leastClusters, leastConversations } from "@cuecard/core/effect";
import { AppError } from "@cuecard/core/error";
import { sequentialSampleRatio, tunedForUnits } from "@cuecard/core/stats/always-valid";
import { clustered } from "@cuecard/core/stats/clustered";
import { cuped } from "@cuecard/core/stats/cuped";
import { differenceOfMeans, type Interval, type Unknown } from "@cuecard/core/stats/difference";
import { type Moments, mean, of, ofPairs } from "@cuecard/core/stats/moments";
import { flags } from "../flags.ts";
import { repeatedUnit, type UnitRow, unitRows } from "./effect-rows.ts";

const usage = `npm run effect -- FILE.csv [--json] [--control P] [--by-cluster] [--tuned-for N]
  FILE.csv        columns unit,cluster,arm,value[,covariate]; arm is assist or control; rows in order of time
  --control P     the share promised to control, 0 to 1 (0.5)
  --by-cluster    whole clusters were randomised, not rows
  --tuned-for N   randomised units at which the always-valid interval is tightest (${tunedForUnits})`;

export type Options = { byCluster?: boolean; controlShare?: number; tunedFor?: number };

export type Comparison = {
  arms: Record<"assist" | "control", { n: number; mean: number | null }>;
  difference: number | null;
  /** Of raw values. Null with the reason in `unknown`. */
  fixed: Interval | null;
  always: Interval | null;
  /** `se` is CR2. `df` is clusters − 1, as is usual; intervals use Satterthwaite's, which is lower where few clusters carry much. */
  clustered: { se: number; df: number; dfSatterthwaite: number; clusters: number } | null;
  cuped: { difference: number; se: number; varianceCut: number; fixed: Interval; always: Interval } | null;
  sampleRatio: { p: number; mismatch: boolean; assist: number; control: number; controlShare: number };
  /** Whether an interval may be shown at all: 100 rows, or 20 clusters, an arm. */
  enough: boolean;
  unknown?: string;
};

/** The whole comparison of a file's rows; pure. Differences are assist − control. */
export function compare(raw: UnitRow[], options: Options = {}): Comparison {
  const { byCluster = false, controlShare = 0.5, tunedFor = tunedForUnits } = options;
  const { rows, base } = shifted(raw);
  const inArm = (arm: "assist" | "control") => rows.filter((row) => row.arm === arm);
  const [assist, control] = [inArm("assist"), inArm("control")];
  const [a, c] = [of(assist.map((row) => row.value)), of(control.map((row) => row.value))];
  const byClusters = clustered(rows, { tunedFor });
  const result = byCluster ? byClusters : differenceOfMeans(a, c, { tunedFor });
  const adjusted = rows.some((row) => row.covariate !== undefined) ? adjust(assist, control, options) : null;
  const units = byCluster ? { assist: clusters(assist), control: clusters(control) } : { assist: a.n, control: c.n };
  const least = byCluster ? leastClusters : leastConversations;
  const ratio = sequentialSampleRatio(units.assist, units.control, controlShare);
  const level = (m: Moments) => (m.n ? base + mean(m)! : null);
  return {
    arms: { assist: { n: a.n, mean: level(a) }, control: { n: c.n, mean: level(c) } },
    difference: a.n && c.n ? mean(a)! - mean(c)! : null,
    fixed: known(result) ? result.fixed : null,
    always: known(result) ? result.always : null,
    clustered: known(byClusters)
      ? {
          se: byClusters.se,
          df: byClusters.clusters.all - 1,
          dfSatterthwaite: byClusters.df,
          clusters: byClusters.clusters.all,
        }
      : null,
    cuped: adjusted,
    sampleRatio: { ...ratio, ...units, controlShare },
    enough: units.assist >= least && units.control >= least,
    ...(known(result) ? {} : { unknown: result.unknown }),
  };
}

/** Counted from the first value and covariate: squares of large, near values (times of day as numbers) would drown what differs. */
function shifted(rows: UnitRow[]): { rows: UnitRow[]; base: number } {
  const base = rows[0]?.value ?? 0;
  const from = rows.find((row) => row.covariate !== undefined)?.covariate ?? 0;
  const one = (row: UnitRow): UnitRow => ({
    ...row,
    value: row.value - base,
    ...(row.covariate === undefined ? {} : { covariate: row.covariate - from }),
  });
  return { rows: rows.map(one), base };
}

function known<T extends object>(result: T | Unknown): result is T {
  return !("unknown" in result);
}

/** CUPED, with errors by cluster where clusters were randomised. */
function adjust(assist: UnitRow[], control: UnitRow[], { byCluster, tunedFor = tunedForUnits }: Options) {
  const all = [...assist, ...control];
  const byRow = cuped(pairs(assist, all), pairs(control, all), { tunedFor });
  const raw = clustered(all, { tunedFor });
  const centre = middle(all);
  if (!known(byRow)) return null;
  const { difference, se, varianceCut, fixed, always, theta } = byRow;
  if (!byCluster) return { difference, se, varianceCut, fixed, always };
  const shifted = clustered(
    all.map((row) => ({ ...row, value: row.value - theta * ((row.covariate ?? centre) - centre) })),
    { tunedFor },
  );
  if (!known(shifted) || !known(raw)) return null;
  return {
    difference: shifted.difference,
    se: shifted.se,
    varianceCut: 1 - (shifted.se / raw.se) ** 2,
    fixed: shifted.fixed,
    always: shifted.always,
  };
}

function clusters(rows: UnitRow[]): number {
  return new Set(rows.map((row) => row.cluster)).size;
}

/** A covariate that is not known takes the mean of those that are: it then neither helps nor misleads. */
function middle(rows: UnitRow[]): number {
  return mean(of(rows.flatMap((row) => (row.covariate === undefined ? [] : [row.covariate])))) ?? 0;
}

function pairs(rows: UnitRow[], all: UnitRow[]) {
  const unknown = middle(all);
  return ofPairs(rows.map((row) => ({ y: row.value, x: row.covariate ?? unknown })));
}

/** The same for a reader. */
export function inWords(c: Comparison, { byCluster = false }: Options = {}): string {
  const units = byCluster ? "clusters" : "rows";
  const lines = [
    ["", "n", "mean"],
    ["assist", `${c.arms.assist.n}`, figure(c.arms.assist.mean)],
    ["control", `${c.arms.control.n}`, figure(c.arms.control.mean)],
  ].map((cells) => cells.map((cell, i) => (i ? cell.padStart(12) : cell.padEnd(10))).join(""));
  const least = byCluster ? leastClusters : leastConversations;
  const interval = ({ low, high, p }: Interval) =>
    `${figure(low)} to ${figure(high)}, p ${p < 0.001 ? "< 0.001" : p.toFixed(3)}`;
  lines.push("", `assist − control        ${figure(c.difference)}`);
  if (!c.fixed || !c.always) lines.push(`Not known yet: ${c.unknown}.`);
  else if (!c.enough)
    lines.push(
      `Not known yet: no interval before ${least} ${units} an arm (${c.sampleRatio.assist} and ${c.sampleRatio.control}).`,
    );
  else {
    lines.push(`always valid, 95 %      ${interval(c.always)}`, `one look only, 95 %     ${interval(c.fixed)}`);
    if (c.cuped)
      lines.push(
        `with the covariate      ${figure(c.cuped.difference)}, always valid ${interval(c.cuped.always)}`,
        `variance it took away   ${(c.cuped.varianceCut * 100).toFixed(1)} %`,
      );
    if (c.clustered)
      lines.push(
        `standard error by cluster ${figure(c.clustered.se)} (${c.clustered.clusters} clusters, df ${c.clustered.df}, Satterthwaite's ${c.clustered.dfSatterthwaite.toFixed(1)})`,
      );
  }
  const { p, mismatch, assist, control, controlShare } = c.sampleRatio;
  lines.push(
    `sizes of the arms       ${assist} and ${control} ${units}, ${controlShare} promised to control: ${mismatch ? "they do not fit" : "as promised"} (p ${p < 0.001 ? "< 0.001" : p.toFixed(3)})`,
    "",
    conclusion(c),
  );
  return lines.join("\n");
}

function conclusion(c: Comparison): string {
  if (c.sampleRatio.mismatch)
    return "The arms do not have the sizes they were promised: find out why before reading any figure.";
  if (!c.enough || !c.always) return "Not known yet.";
  if (c.always.low <= 0 && c.always.high >= 0) return "Not known yet: the always-valid interval includes zero.";
  return `The value is ${c.difference! < 0 ? "lower" : "higher"} with assist.`;
}

function figure(value: number | null): string {
  if (value === null) return "none";
  return Math.abs(value) >= 1e15 ? value.toExponential(3) : Number(value.toPrecision(6)).toString();
}

async function main(): Promise<void> {
  const { values, positionals } = flags(usage, {
    allowPositionals: true,
    options: {
      json: { type: "boolean", default: false },
      "by-cluster": { type: "boolean", default: false },
      control: { type: "string", default: "0.5" },
      "tuned-for": { type: "string", default: `${tunedForUnits}` },
    },
  });
  const [file, ...more] = positionals;
  if (file === undefined || more.length) throw new AppError("input", "usage", `one file is needed\n${usage}`);
  const controlShare = Number(values.control);
  if (!(controlShare > 0 && controlShare < 1))
    throw new AppError("input", "control", "--control takes a share between 0 and 1");
  const tunedFor = Number(values["tuned-for"]);
  if (!(tunedFor >= 1 && Number.isFinite(tunedFor)))
    throw new AppError("input", "tuned_for", "--tuned-for takes a number of units");
  const options = { byCluster: values["by-cluster"], controlShare, tunedFor };
  const rows = named(file, await textOf(file), options);
  const twice = options.byCluster ? undefined : repeatedUnit(rows);
  if (twice)
    process.stderr.write(
      `effect: unit "${twice.unit}" stands again on line ${twice.line}; rows are taken as randomised each by itself\n`,
    );
  const result = compare(rows, options);
  process.stdout.write(`${values.json ? JSON.stringify(result) : inWords(result, options)}\n`);
}

/** The system does not name a folder it is asked to read. */
async function textOf(file: string): Promise<string> {
  return readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new AppError("input", "unreadable", `${file} cannot be read: ${error.message}`);
  });
}

/** The fault of a row, with the name of the file before it. */
function named(file: string, text: string, options: Options): UnitRow[] {
  try {
    return unitRows(text, options);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new AppError(error.kind, error.code, `${file}, ${error.message}`, error.path);
  }
}

/** Faults of the file, the options and the reading of it are the user's to mend; anything else is ours and shows its stack. */
function report(error: unknown): void {
  const system = error instanceof Error && "code" in error && typeof error.code === "string";
  process.stderr.write(
    `effect: ${error instanceof AppError || system ? error.message : error instanceof Error ? error.stack : error}\n`,
  );
  process.exitCode = 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await main().catch(report);
