/** `npm test`: types, lint, then every test; one last line counts them all. Pages, types, lint and what nobody uses count as one each. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folder = mkdtempSync(join(tmpdir(), "cuecard-test-"));
const report = join(folder, "report.json");
const bin = (name: string) => join("node_modules", ".bin", name);
const run = (title: string, command: string, args: string[]) => {
  console.log(`\n— ${title}`);
  return (
    spawnSync(command, args, { stdio: "inherit", env: { ...process.env, FORCE_COLOR: "0", NO_COLOR: "1" } }).status ===
    0
  );
};

const steps = [
  run("pages", bin("tsx"), ["packages/web/build.ts"]),
  run("types", bin("tsc"), ["-p", "."]),
  run("lint", bin("biome"), ["check", "."]),
  run("nothing unused", bin("knip"), ["--no-progress"]),
];
const clean = run("tests", bin("vitest"), ["run", "--reporter=dot", "--reporter=json", `--outputFile.json=${report}`]);
const { passed, failed, skipped } = counts();
rmSync(folder, { recursive: true, force: true });

const allFailed = failed + steps.filter((ok) => !ok).length + (clean || failed > 0 ? 0 : 1);
console.log(
  `\n${passed + steps.filter(Boolean).length} passed, ${allFailed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`,
);
process.exitCode = allFailed === 0 ? 0 : 1;

/** A file that could not be loaded has no tests to count: it counts as one failure. */
function counts(): { passed: number; failed: number; skipped: number } {
  try {
    const { numPassedTests, numFailedTests, numPendingTests, testResults } = JSON.parse(
      readFileSync(report, "utf8"),
    ) as Record<string, number> & {
      testResults: { status: string; assertionResults: unknown[] }[];
    };
    const unloaded = testResults.filter(
      ({ status, assertionResults }) => status === "failed" && assertionResults.length === 0,
    ).length;
    return { passed: numPassedTests ?? 0, failed: (numFailedTests ?? 0) + unloaded, skipped: numPendingTests ?? 0 };
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}
