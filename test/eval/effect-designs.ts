/** The simulations behind `evaluateEffect`: each repeats a whole measurement many times and counts how often it was right. */

import { leastClusters, leastConversations } from "@cuecard/core/effect";
import { tunedForPeriods } from "@cuecard/core/effect-compare";
import { sequentialSampleRatio } from "@cuecard/core/stats/always-valid";
import { type Cell, clusteredCells } from "@cuecard/core/stats/clustered";
import { cuped } from "@cuecard/core/stats/cuped";
import {
  type Arms,
  type Difference,
  differenceOfMeans,
  merged,
  stratified,
  type Unknown,
} from "@cuecard/core/stats/difference";
import { type Moments, none, noPairs, type PairMoments } from "@cuecard/core/stats/moments";
import { type Period, switchback } from "@cuecard/core/stats/switchback";
import { centre, conversation, handleTime, logSd, picker, ratedShare, rating } from "./effect-centre.ts";
import { normals, type Random } from "./effect-random.ts";

export type Plan = { runs: number; random: Random };

function put(m: Moments, value: number): void {
  m.n += 1;
  m.sum += value;
  m.sumSq += value * value;
}

function putPair(m: PairMoments, y: number, x: number): void {
  m.n += 1;
  m.y += y;
  m.x += x;
  m.yy += y * y;
  m.xx += x * x;
  m.xy += x * y;
}

const excludes = ({ low, high }: { low: number; high: number }, value: number) => low > value || high < value;
const known = (r: Difference | Unknown): r is Difference => !("unknown" in r);

/** How often something happened. */
function tally() {
  const counts = new Map<string, { yes: number; of: number }>();
  return {
    count(name: string, yes: boolean) {
      const c = counts.get(name) ?? { yes: 0, of: 0 };
      counts.set(name, { yes: c.yes + (yes ? 1 : 0), of: c.of + 1 });
    },
    share(name: string): number {
      const c = counts.get(name);
      if (!c) throw new Error(`nothing was counted as ${name}`);
      return c.yes / c.of;
    },
  };
}

/** A/A: no effect at all, looked at on each of 30 days. How often does anything cry wolf at least once? */
export function lookedAtDaily({ runs, random }: Plan, { days = 30, perDay = 100 } = {}) {
  const normal = normals(random);
  const t = tally();
  for (let run = 0; run < runs; run++) {
    const [assist, control] = [{ ...none }, { ...none }];
    let [always, fixed, ratio] = [false, false, false];
    for (let day = 0; day < days; day++) {
      for (let i = 0; i < perDay; i++) put(random() < 0.5 ? assist : control, Math.exp(0.8 * normal()));
      ratio ||= sequentialSampleRatio(assist.n, control.n, 0.5).mismatch;
      const seen = differenceOfMeans(assist, control);
      if (!known(seen)) continue;
      fixed ||= Math.abs(seen.difference / seen.se) > 1.959964;
      if (Math.min(assist.n, control.n) >= leastConversations) always ||= excludes(seen.always, 0);
    }
    t.count("always", always);
    t.count("fixed", fixed);
    t.count("ratio", ratio);
  }
  return { runs, days, perDay, always: t.share("always"), zTest: t.share("fixed"), sampleRatioAlarm: t.share("ratio") };
}

/** How soon a broken assignment is noticed: 55 % in assist where half was promised, 1,000 a day. */
export function brokenAssignment({ runs, random }: Plan) {
  let units = 0;
  for (let run = 0; run < runs; run++) {
    let [assist, control] = [0, 0];
    while (!sequentialSampleRatio(assist, control, 0.5).mismatch && assist + control < 100_000)
      for (let i = 0; i < 100; i++) random() < 0.55 ? assist++ : control++;
    units += assist + control;
  }
  return { trueShareInAssist: 0.55, meanUnitsUntilAlarm: Math.round(units / runs) };
}

/** Conversations drawn one by one; the true effect is −10 %. Coverage of always-valid intervals is over all 30 looks at once. */
export function byConversation({ runs, random }: Plan, { control = 0.5, days = 30, perDay = 200, effect = -0.1 } = {}) {
  const normal = normals(random);
  const t = tally();
  let [cut, squaresRaw, squaresAdjusted] = [0, 0, 0];
  for (let run = 0; run < runs; run++) {
    const place = centre(40, normal);
    const pick = picker(place, random);
    const truth = effect * place.meanMs;
    const strata: Arms[] = place.reps.map(() => ({ assist: { ...none }, control: { ...none } }));
    const rated: Arms = { assist: { ...none }, control: { ...none } };
    const pairs = { assist: { ...noPairs }, control: { ...noPairs } };
    let [missed, missedWithin] = [false, false];
    for (let day = 0; day < days; day++) {
      for (let i = 0; i < perDay; i++) {
        const at = pick();
        const arm = random() < control ? "control" : "assist";
        const { ms, known: foreseen } = conversation(place.reps[at]!, arm === "assist" ? 1 + effect : 1, normal);
        put(strata[at]![arm], ms);
        putPair(pairs[arm], ms, foreseen);
        if (random() < ratedShare) put(rated[arm], rating(place.reps[at]!, normal));
      }
      const all = merged(strata);
      if (Math.min(all.assist.n, all.control.n) < leastConversations) continue;
      const [plain, within] = [differenceOfMeans(all.assist, all.control), stratified(strata)];
      if (known(plain)) missed ||= excludes(plain.always, truth);
      if (known(within)) missedWithin ||= excludes(within.always, truth);
    }
    const all = merged(strata);
    const results = {
      plain: differenceOfMeans(all.assist, all.control),
      within: stratified(strata),
      cuped: cuped(pairs.assist, pairs.control),
    };
    for (const [name, r] of Object.entries(results)) {
      if (!known(r)) continue;
      t.count(`${name}.fixedCovers`, !excludes(r.fixed, truth));
      t.count(`${name}.fixedFinds`, r.fixed.high < 0);
      t.count(`${name}.alwaysFinds`, r.always.high < 0);
    }
    t.count("plain.alwaysCovers", !missed);
    t.count("within.alwaysCovers", !missedWithin);
    const stars = differenceOfMeans(rated.assist, rated.control);
    if (known(stars)) {
      t.count("rating.fixedCovers", !excludes(stars.fixed, 0));
      t.count("rating.alwaysCovers", !excludes(stars.always, 0));
    }
    if (!("unknown" in results.cuped)) {
      cut += results.cuped.varianceCut / runs;
      squaresAdjusted += (results.cuped.difference - truth) ** 2;
    }
    if (known(results.plain)) squaresRaw += (results.plain.difference - truth) ** 2;
  }
  const row = (name: string) => ({
    fixedCovers: t.share(`${name}.fixedCovers`),
    fixedFinds: t.share(`${name}.fixedFinds`),
    alwaysFinds: t.share(`${name}.alwaysFinds`),
  });
  return {
    runs,
    conversations: days * perDay,
    control,
    effect,
    plain: { ...row("plain"), alwaysCovers: t.share("plain.alwaysCovers") },
    withinReps: { ...row("within"), alwaysCovers: t.share("within.alwaysCovers") },
    cuped: { ...row("cuped"), varianceCutReported: cut, varianceCutTrue: 1 - squaresAdjusted / squaresRaw },
    rating: { fixedCovers: t.share("rating.fixedCovers"), alwaysCovers: t.share("rating.alwaysCovers") },
  };
}

/** Whole rep-weeks drawn; looked at weekly. `perRow` is the mistake of treating each conversation as randomised by itself. */
export function bySwitchback({ runs, random }: Plan, { reps = 40, weeks = 12, perWeek = 500, effect = -0.1 } = {}) {
  const normal = normals(random);
  const t = tally();
  for (let run = 0; run < runs; run++) {
    const place = centre(reps, normal);
    const truth = effect * place.meanMs * Math.exp(logSd.week ** 2 / 2);
    const cells: (Period & Cell)[] = [];
    const rows: Arms = { assist: { ...none }, control: { ...none } };
    let [missed, alarmed] = [false, false];
    for (let week = 0; week < weeks; week++) {
      place.reps.forEach((rep, i) => {
        const arm = random() < 0.5 ? "control" : "assist";
        const mood = Math.exp(logSd.week * normal());
        // Poisson's spread, near enough: a week is busy or quiet.
        const n = Math.max(0, Math.round(rep.share * perWeek + Math.sqrt(rep.share * perWeek) * normal()));
        let sum = 0;
        for (let k = 0; k < n; k++) {
          const ms = handleTime(rep, mood * (arm === "assist" ? 1 + effect : 1), normal);
          sum += ms;
          put(rows[arm], ms);
        }
        cells.push({ rep: `${i}`, cluster: `${i}.${week}`, arm, n, sum });
      });
      const inAssist = cells.filter((c) => c.arm === "assist").length;
      const seen = switchback(cells, { tunedFor: tunedForPeriods });
      if (!known(seen) || Math.min(inAssist, cells.length - inAssist) < leastClusters) continue;
      missed ||= excludes(seen.always, truth);
      alarmed ||= excludes(seen.fixed, truth);
    }
    const results = {
      within: switchback(cells, { tunedFor: tunedForPeriods }),
      plain: clusteredCells(cells, { tunedFor: tunedForPeriods }),
      perRow: differenceOfMeans(rows.assist, rows.control),
    };
    for (const [name, r] of Object.entries(results)) {
      if (!known(r)) continue;
      t.count(`${name}.fixedCovers`, !excludes(r.fixed, truth));
      t.count(`${name}.fixedFinds`, r.fixed.high < 0);
      t.count(`${name}.alwaysFinds`, r.always.high < 0);
    }
    t.count("within.alwaysCovers", !missed);
    t.count("within.fixedCoversWeekly", !alarmed);
  }
  const row = (name: string) => ({
    fixedCovers: t.share(`${name}.fixedCovers`),
    fixedFinds: t.share(`${name}.fixedFinds`),
    alwaysFinds: t.share(`${name}.alwaysFinds`),
  });
  return {
    runs,
    repWeeks: reps * weeks,
    effect,
    withinReps: { ...row("within"), alwaysCovers: t.share("within.alwaysCovers") },
    clusters: row("plain"),
    perRow: row("perRow"),
  };
}
