/** The headline as the page adjusts it: the report's own functions, on invented records from before the start and from after it. */
import { unitOf } from "@cuecard/core/measurement";
import { type OutcomeRow, unpackOutcome } from "@cuecard/core/outcome";
import { beforeOf } from "@cuecard/core/report/before";
import { compare } from "@cuecard/core/report/comparison";
import { outcomeCellsOf } from "@cuecard/core/report/outcomes";
import { type Centre, centre, handleTime, logSd, picker } from "./effect-centre.ts";
import type { Plan } from "./effect-designs.ts";
import { normals } from "./effect-random.ts";

/** What a topic makes of a time: between half and twice the usual. */
const topics = [-1, -0.6, -0.2, 0.2, 0.6, 1].map((power) => 2 ** power);
const [reps, weeks, earlier] = [30, 16, 1_500];
/** Of log-times within a topic; with the topics' own spread about 0.76. */
const withinTopic = 0.6;

const sizes = { conversation: 2_000, switchback: 6_000 };

export function adjustedHeadline({ runs, random }: Plan, design: keyof typeof sizes, effect = -0.1) {
  const normal = normals(random);
  const measurement = {
    id: "m",
    salt: "",
    holdout: 0.5,
    primaryMetric: "handleTimeMs",
    startedAt: "2026-01-01T00:00:00.000Z",
    design,
    adjusted: true,
  };
  const row = (team: Centre, rep: number, drawn: Pick<OutcomeRow, "arm" | "measurement" | "unit">, factor: number) => {
    const topic = Math.floor(random() * topics.length);
    const share = withinTopic / logSd.conversation;
    const handleTimeMs = handleTime(team.reps[rep]!, factor * topics[topic]!, () => share * normal());
    return {
      ...unpackOutcome("[1]"),
      ...drawn,
      rep: `r${rep}`,
      repAtDraw: `r${rep}`,
      topic: `t${topic}`,
      handleTimeMs,
    };
  };
  const seen = Array.from({ length: runs }, () => {
    const team = centre(reps, normal);
    const pick = picker(team, random);
    const before = beforeOf(
      Array.from({ length: earlier }, () => row(team, pick(), { arm: "assist", measurement: null }, 1)),
      "handleTimeMs",
    );
    const periods = Array.from({ length: reps * weeks }, () => ({
      arm: random() < 0.5 ? ("assist" as const) : ("control" as const),
      speed: design === "switchback" ? Math.exp(logSd.week * normal()) : 1,
    }));
    const rows = Array.from({ length: sizes[design] }, () => {
      const rep = pick();
      const week = Math.floor(random() * weeks);
      const { arm: ofWeek, speed } = periods[rep * weeks + week]!;
      const arm = design === "switchback" ? ofWeek : random() < 0.5 ? "assist" : "control";
      const unit = design === "switchback" ? unitOf(`2026-W${week}`, `r${rep}`, undefined) : null;
      return row(team, rep, { arm, measurement: "m", unit }, speed * (arm === "assist" ? 1 + effect : 1));
    });
    const outcomes = outcomeCellsOf(rows, [{ ...measurement, ...(before ? { before } : {}) }]);
    const { metrics } = compare([{ day: "2026-01-01", closed: true, cells: [], outcomes }], measurement);
    const found = metrics[0]!;
    if (!found.fixed || !found.plain) throw new Error("nothing was adjusted");
    // The mean of a log-normal time of spread s is e^(s²/2) of its middle; the week's spread counts too.
    const spread = withinTopic ** 2 + (design === "switchback" ? logSd.week ** 2 : 0);
    const meanTopic = topics.reduce((sum, factor) => sum + factor, 0) / topics.length;
    const mean = team.meanMs * Math.exp((spread - logSd.conversation ** 2) / 2) * meanTopic;
    return { truth: effect * mean, mean, fixed: found.fixed, plain: found.plain, ...wanted(found) };
  });
  const share = (is: (one: (typeof seen)[number]) => boolean) => seen.filter(is).length / seen.length;
  return {
    runs,
    conversations: sizes[design],
    effect,
    fixedCovers: share(({ fixed, truth }) => fixed.low <= truth && truth <= fixed.high),
    alwaysFinds: share(({ low, high }) => low > 0 || high < 0),
    alwaysFindsPlain: share(({ plain }) => plain.low > 0 || plain.high < 0),
    varianceCutReported: seen.reduce((sum, { varianceCut }) => sum + varianceCut, 0) / runs,
    // Centres differ in their means, so errors are shares of them.
    varianceCutTrue:
      1 -
      squares(seen.map(({ difference, truth, mean }) => (difference - truth) / mean)) /
        squares(seen.map(({ plain, truth, mean }) => (plain.difference - truth) / mean)),
  };
}

const wanted = ({
  difference,
  low,
  high,
  varianceCut = 0,
}: {
  difference: number | null;
  low: number | null;
  high: number | null;
  varianceCut?: number;
}) => ({ difference: difference ?? 0, low: low ?? 0, high: high ?? 0, varianceCut });

const squares = (values: number[]) => values.reduce((sum, value) => sum + value * value, 0);
