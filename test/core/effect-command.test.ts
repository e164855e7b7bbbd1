import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { compare, inWords } from "@cuecard/local/commands/effect";
import { csvRecords, repeatedUnit, unitRows } from "@cuecard/local/commands/effect-rows";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sleep } from "../eval/effect-examples.ts";
import { seeded } from "../eval/effect-random.ts";

const header = "unit,cluster,arm,value\n";
const sleepCsv =
  header +
  [
    ...sleep.first.map((v, i) => `a${i},r${i % 3},assist,${v}`),
    ...sleep.second.map((v, i) => `c${i},r${i % 3},control,${v}`),
  ].join("\n");

/** 40 clusters of 10 rows, each in one arm; the covariate tells most of the value. */
function clusterCsv(withCovariate: boolean): string {
  const random = seeded(11);
  const lines = Array.from({ length: 400 }, (_, i) => {
    const cluster = Math.floor(i / 10);
    const base = 100 + 50 * Math.sin(cluster) + 10 * random();
    const value = base * (cluster % 2 ? 0.9 : 1) + random();
    return `u${i},k${cluster},${cluster % 2 ? "assist" : "control"},${value}${withCovariate ? `,${i % 9 ? base : ""}` : ""}`;
  });
  return `unit,cluster,arm,value${withCovariate ? ",covariate" : ""}\n${lines.join("\n")}\n`;
}

describe("the comparison of a file", () => {
  it("takes raw values, assist − control, and Welch's interval", () => {
    const result = compare(unitRows(sleepCsv));
    expect(result.arms).toEqual({ assist: { n: 10, mean: 0.75 }, control: { n: 10, mean: expect.closeTo(2.33, 12) } });
    expect(result.difference).toBeCloseTo(-1.58, 12);
    expect(result.fixed!.p.toFixed(5)).toBe("0.07939");
    expect(result.always!.low).toBeLessThan(result.fixed!.low);
    expect(result.cuped).toBeNull();
    expect(result.clustered!.df).toBe(result.clustered!.clusters - 1);
    expect(result.clustered!.dfSatterthwaite).toBeLessThan(3);
    expect(result.sampleRatio.p).toBe(1);
  });

  it("shows a reader no interval before 100 rows an arm", () => {
    const words = inWords(compare(unitRows(sleepCsv)));
    expect(words).toContain("no interval before 100 rows an arm (10 and 10)");
    expect(words).not.toContain("95 %");
  });

  it("judges by clusters when clusters were randomised", () => {
    const rows = unitRows(clusterCsv(true), { byCluster: true });
    const [byRow, byCluster] = [compare(rows), compare(rows, { byCluster: true })];
    expect(byCluster.difference).toBe(byRow.difference);
    expect(byCluster.fixed!.high - byCluster.fixed!.low).toBeGreaterThan(2 * (byRow.fixed!.high - byRow.fixed!.low));
    expect(byCluster.sampleRatio).toMatchObject({ assist: 20, control: 20 });
    expect(byCluster.enough).toBe(true);
    expect(byCluster.cuped!.varianceCut).toBeGreaterThan(0.5);
    expect(inWords(byCluster, { byCluster: true })).toMatch(/always valid, 95 % {6}-?\d/);
  });

  it("raises the alarm when the arms do not fit the promise", () => {
    const rows = unitRows(clusterCsv(false));
    expect(compare(rows, { controlShare: 0.2 }).sampleRatio.mismatch).toBe(true);
    expect(inWords(compare(rows, { controlShare: 0.2 }))).toContain("find out why before reading any figure");
  });

  it("says in words why nothing can be compared", () => {
    const one = compare(unitRows(`${header}u1,r1,assist,3\n`));
    expect(one).toMatchObject({
      difference: null,
      fixed: null,
      always: null,
      clustered: null,
      unknown: "no values in control yet",
    });
    expect(inWords(one)).toContain("Not known yet: no values in control yet.");
  });
});

describe("values that tell little", () => {
  const csv = (value: (i: number) => string, columns = "unit,cluster,arm,value") =>
    `${columns}\n${Array.from({ length: 400 }, (_, i) => `u${i},k${i % 40},${i % 2 ? "assist" : "control"},${value(i)}`).join("\n")}\n`;

  it("lose nothing of their differences far from zero, nor does a covariate", () => {
    const random = seeded(3);
    const pairs = Array.from({ length: 400 }, () => ({
      x: Math.round(random() * 1000),
      y: Math.round(random() * 500),
    }));
    const at = (base: number) =>
      compare(
        unitRows(
          csv((i) => `${base + pairs[i]!.x + pairs[i]!.y},${base + pairs[i]!.x}`, "unit,cluster,arm,value,covariate"),
        ),
      );
    const [near, far] = [at(0), at(1.7e12)];
    expect(near.fixed).not.toBeNull();
    expect(far.difference).toBeCloseTo(near.difference!, 6);
    for (const which of ["fixed", "always"] as const) {
      expect(far[which]!.low).toBeCloseTo(near[which]!.low, 6);
      expect(far[which]!.high).toBeCloseTo(near[which]!.high, 6);
    }
    expect(far.clustered!.se).toBeCloseTo(near.clustered!.se, 6);
    expect(far.cuped!.se).toBeCloseTo(near.cuped!.se, 6);
    expect(far.arms.assist.mean! - near.arms.assist.mean!).toBeCloseTo(1.7e12, -1);
  });

  it.each([false, true])("say so in words where they do not vary within the arms (by cluster: %s)", (byCluster) => {
    for (const value of [() => "0.1", (i: number) => (i % 2 ? "1.1" : "0.1"), (i: number) => (i % 2 ? "0.1" : "0.3")]) {
      const result = compare(unitRows(csv(value), { byCluster }), { byCluster });
      expect(result).toMatchObject({ fixed: null, always: null, clustered: null });
      expect(result.unknown).toMatch(/within the arms every value is the same/);
    }
  });
});

describe("the file", () => {
  it.each([
    ["", "line 1: the file is empty"],
    ["unit,arm,value\n", "line 1, column cluster: is missing from the header"],
    ["unit,cluster,arm,value,arm\n", "line 1, column arm: stands twice in the header"],
    [header, "line 1: no rows after the header"],
    [`${header}a,b,assist,3\nc,d,contrl,4\n`, 'line 3, column arm: is "contrl", not assist or control'],
    [`${header}a,b,assist,\n`, "line 2, column value: is empty"],
    [`${header}a,b,assist\n`, "line 2, column value: is empty"],
    [`${header}a,b,assist,3,9\n`, "line 2, column 5: is one more than the header has (4)"],
    [`${header}a,b,assist,NaN\n`, 'line 2, column value: is "NaN", not a number'],
    [`${header}a,b,assist,0x10\n`, 'line 2, column value: is "0x10", not a number'],
    [`${header}a,b,assist,1e999\n`, "line 2, column value"],
    [`${header}a,b,assist,1e200\n`, "line 2, column value: is beyond 1e+100"],
    [`${header}"a\nb",c,assist,1\n"d,e,control,2\n`, "line 4: a quote is never closed"],
    [`${header}"a\nb",c,assist,1\nd,e,control,x\n`, 'line 4, column value: is "x", not a number'],
  ])("%j is refused: %s", (text, message) => {
    expect(() => unitRows(text)).toThrow(
      expect.objectContaining({ kind: "input", message: expect.stringContaining(message) }),
    );
  });

  it("must keep a cluster in one arm where clusters were randomised", () => {
    const text = `${header}a,k,assist,1\nb,k,control,2\n`;
    expect(unitRows(text)).toHaveLength(2);
    expect(() => unitRows(text, { byCluster: true })).toThrow(
      'line 3, column arm: is control, but cluster "k" was assist before',
    );
  });

  it("may have columns in any order, others beside them, a byte-order mark, CRLF, blank lines and quotes", () => {
    const rows = unitRows(
      '\uFEFFvalue,note,arm,cluster,unit\r\n\r\n"1.5","a ""b"", c",assist,r1,u1\r\n-2e1,,control,r1,u1\r\n',
    );
    expect(rows).toEqual([
      { line: 3, unit: "u1", cluster: "r1", arm: "assist", value: 1.5 },
      { line: 4, unit: "u1", cluster: "r1", arm: "control", value: -20 },
    ]);
    expect(repeatedUnit(rows)).toMatchObject({ line: 4 });
  });

  it("gives back any fields that were quoted", () =>
    fc.assert(
      fc.property(fc.array(fc.array(fc.string(), { minLength: 2, maxLength: 4 }), { minLength: 1 }), (table) => {
        const text = table.map((row) => row.map((f) => `"${f.replaceAll('"', '""')}"`).join(",")).join("\n");
        expect(csvRecords(text).map((r) => r.fields)).toEqual(table);
      }),
    ));
});

describe("npm run effect", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "effect-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const run = (...args: string[]) =>
    promisify(execFile)(process.execPath, ["--import", "tsx", "packages/local/src/commands/effect.ts", ...args]);

  it("prints its object alone, and on a bad row an error and exit code 1", async () => {
    const [good, bad] = [join(folder, "good.csv"), join(folder, "bad.csv")];
    await writeFile(good, clusterCsv(true));
    await writeFile(bad, `${header}a,b,assist,3\nc,d,control,many\n`);
    const { stdout } = await run(good, "--json");
    const printed = JSON.parse(stdout);
    expect(Object.keys(printed)).toEqual(
      expect.arrayContaining(["arms", "difference", "fixed", "always", "clustered", "cuped", "sampleRatio"]),
    );
    expect(printed).toEqual(compare(unitRows(clusterCsv(true))));
    await expect(run(folder)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`${folder} cannot be read`),
    });
    await expect(run(bad, "--json")).rejects.toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(/bad\.csv, line 3, column value: is "many", not a number\n$/),
    });
  }, 30_000);
});
