/** `npm run simulate`: a contact centre with a known true effect; says whether the report finds it. */
import type { Measurement } from "@cuecard/core/measurement";
import { flags, numberOf, wholeOf } from "../flags.ts";
import { reps, scripts } from "../simulate/centre.ts";
import { direct } from "../simulate/direct.ts";
import { running, startBefore } from "../simulate/running.ts";
import { type Verdict, verdictOf } from "../simulate/verdict.ts";

const usage = `npm run simulate -- [--conversations N] [--effect X] [--control P] [--seed S] [--design D] [--direct [--seeds N]] [--url U] [--json]
  --conversations  over four weeks (2000)
  --effect         on the mean handle time, as a share: -0.12 for 12 % less (-0.12)
  --control        share without suggestions (0.5)
  --seed           the same seed makes the same customers and reps (1)
  --design         conversation, or switchback: whole weeks of a rep are drawn (conversation)
  --direct         the same records to the same report, without webhooks, queue and sidebars
  --seeds          with --direct: so many seeds, one after the other (1)
  --url            of a running Cuecard on this machine, where it makes a workspace of its own; all on one day of the real clock`;

/** A number below zero looks like an option to the parser: `--effect -0.12` is one word. */
const args = process.argv
  .slice(2)
  .flatMap((arg, i, all) =>
    arg === "--effect" && /^-[\d.]/.test(all[i + 1] ?? "")
      ? [`--effect=${all[i + 1]}`]
      : all[i - 1] === "--effect" && /^-[\d.]/.test(arg)
        ? []
        : [arg],
  );

const parsed = () =>
  flags(usage, {
    args,
    options: {
      conversations: { type: "string", default: "2000" },
      effect: { type: "string", default: "-0.12" },
      control: { type: "string", default: "0.5" },
      seed: { type: "string", default: "1" },
      seeds: { type: "string", default: "1" },
      design: { type: "string", default: "conversation" },
      direct: { type: "boolean", default: false },
      url: { type: "string" },
      json: { type: "boolean", default: false },
    },
  }).values;

const percent = (share: number) => `${share < 0 ? "−" : "+"}${Math.abs(100 * share).toFixed(1)} %`;
const seconds = (ms: number | null) => (ms === null ? "–" : `${(ms / 1_000).toFixed(1)} s`.replace("-", "−"));

function told({ truth, found, says }: Verdict): string[] {
  return [
    `truth   handle time ${percent(truth.relative)} (${seconds(truth.differenceMs)}) with suggestions`,
    found?.low == null
      ? `found   not known yet${found?.moreConversations ? `, about ${found.moreConversations} more conversations needed` : ""}`
      : `found   ${found.relative === undefined ? "" : `${percent(found.relative)}, `}${seconds(found.difference)}, between ${seconds(found.low)} and ${seconds(found.high)}: ${found.verdict.replaceAll("_", " ")}`,
    says,
  ];
}

// The handlers log to stdout, as Lambda has it; here only the answer belongs there.
const say = console.log;
console.log = () => {};

try {
  const values = parsed();
  const conversations = wholeOf("conversations", values.conversations, 1, 200_000);
  const effect = numberOf("effect", values.effect, -0.6, 2);
  const control = numberOf("control", values.control, 0.001, 0.999);
  const seed = wholeOf("seed", values.seed, 0, 2 ** 31);
  const many = wholeOf("seeds", values.seeds, 1, 1_000);
  if (values.design !== "conversation" && values.design !== "switchback")
    throw new Error("--design takes conversation or switchback.");
  const { design } = values;
  if (values.url !== undefined && (values.direct || design === "switchback"))
    throw new Error("--url goes neither with --direct nor with whole weeks: there the clock is the real one.");
  const startMs = startBefore(Date.now());
  const firstDay = new Date(startMs).toISOString().slice(0, 10);
  const count = Math.min(60, Math.max(10, Math.round(conversations / 400)));
  const asked = { conversations, effect, control, seed, design };
  const began = performance.now();
  const made = (s: number) => {
    const team = reps(count, effect, s, firstDay);
    return { reps: team, scripts: scripts(conversations, team, s, `simulate-${s}-`) };
  };

  if (values.direct) {
    const runs: (Verdict & { seed: number })[] = [];
    for (let s = seed; s < seed + many; s++) {
      const measurement: Measurement = {
        id: "simulate",
        salt: `simulate ${s}`,
        holdout: control,
        primaryMetric: "handleTimeMs",
        startedAt: new Date(startMs).toISOString(),
        design,
      };
      const { truth, found } = await direct(made(s).scripts, startMs, measurement);
      runs.push({ seed: s, ...verdictOf(truth, found) });
    }
    const finds = runs.filter((run) => run.finds).length;
    const wrong = runs.filter((run) => run.wrong).length;
    const missed = runs.filter((run) => run.covers === false).length;
    const ms = Math.round(performance.now() - began);
    if (values.json)
      say(JSON.stringify({ ...asked, finds, wrong, intervalsThatMiss: missed, of: many, runs, seconds: ms / 1_000 }));
    else
      say(
        [
          ...runs.map((run) => `seed ${String(run.seed).padEnd(5)} ${told(run).slice(0, 2).join("   ")}`),
          `${finds} of ${many} found it, ${wrong} wrong, ${missed} intervals miss the truth (${(ms / 1_000).toFixed(1)} s)`,
        ].join("\n"),
      );
  } else {
    const { truth, found, decisions, anyway, workspace } = await running(
      { ...made(seed), startMs, control, design },
      (day) => process.stderr.write(values.json ? "" : `\rday ${day} of 28 `),
      values.url?.replace(/\/$/, ""),
    );
    const verdict = verdictOf(truth, found);
    const ms = Math.round(performance.now() - began);
    const { sentence, sampleRatio, money, resolvedPerRepHour, helpedAnyway } = found;
    if (values.json)
      say(
        JSON.stringify({
          ...asked,
          ...verdict,
          decisions,
          anyway,
          ...(workspace ? { workspace } : {}),
          sentence,
          arms: { assist: sampleRatio?.assist, control: sampleRatio?.control },
          sampleRatio,
          money,
          resolvedPerRepHour,
          helpedAnyway,
          seconds: ms / 1_000,
        }),
      );
    else
      say(
        [
          "",
          ...told(verdict),
          "",
          `the report says    ${sentence}`,
          ...(money ? [money.sentence] : []),
          `arms               ${sampleRatio?.assist} with, ${sampleRatio?.control} without`,
          "",
          `${"decisions".padEnd(12)}${["accepted", "edited", "rejected", "ignored"].map((name) => name.padStart(10)).join("")}`,
          ...(["made", "reported"] as const).map(
            (row) =>
              `${row.padEnd(12)}${(["accepted", "edited", "rejected", "ignored"] as const).map((name) => String(decisions[row][name]).padStart(10)).join("")}`,
          ),
          `(an earlier draft rises if a later reply uses its words after all)`,
          `help me anyway: asked ${anyway.asked}, reported ${anyway.reported}`,
          ...(workspace ? [`kept in the workspace ${workspace}`] : []),
          `${(ms / 1_000).toFixed(0)} s`,
        ].join("\n"),
      );
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
