/** Worked examples others have printed, reproduced to the digits they give. */
import { benjaminiHochberg } from "@cuecard/core/stats/benjamini-hochberg";
import { differenceOfMeans } from "@cuecard/core/stats/difference";
import { tCritical } from "@cuecard/core/stats/distributions";
import { of } from "@cuecard/core/stats/moments";
import { alwaysHalfWidth } from "@cuecard/core/stats/power";
import { wilson } from "@cuecard/core/stats/wilson";

export type Example = { source: string; printed: string; got: string; same: boolean };

/** Student, Biometrika 1908: hours of sleep gained with two drugs. */
export const sleep = {
  first: [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2],
  second: [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4],
};

/** Neuhaus et al. 1992, as used by Benjamini & Hochberg 1995, section 4. */
const thrombolysis = [
  0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1,
];

const newcombe = [
  [81, 263, "0.2553 to 0.3662"],
  [15, 148, "0.0624 to 0.1605"],
  [0, 20, "0.0000 to 0.1611"],
  [1, 29, "0.0061 to 0.1718"],
] as const;

export function examples(): Example[] {
  const found: Omit<Example, "same">[] = newcombe.map(([k, n, printed]) => {
    const { low, high } = wilson(k, n);
    return {
      source: `Newcombe 1998, table I, method 3: ${k}/${n}`,
      printed,
      got: `${low.toFixed(4)} to ${high.toFixed(4)}`,
    };
  });
  const adjusted = benjaminiHochberg(thrombolysis);
  found.push({
    source: "Benjamini & Hochberg 1995, section 4: rejected of 15 at 0.05",
    printed: "4",
    got: `${adjusted.filter((q) => q <= 0.05).length}`,
  });
  found.push({
    source: "the same, adjusted as SciPy's manual prints them (false_discovery_control)",
    printed: "0.0015 0.0030 0.0095 0.0356 0.0603 0.0639 0.0639 0.0645 0.0765",
    got: adjusted
      .slice(0, 9)
      .map((q) => q.toFixed(4))
      .join(" "),
  });
  const welch = differenceOfMeans(of(sleep.first), of(sleep.second));
  found.push({
    source: "Welch's test of Student's sleep data (1908), R's t.test(extra ~ group): df, p, interval",
    printed: "17.776 0.07939 -3.3654832 0.2054832",
    got:
      "unknown" in welch
        ? welch.unknown
        : `${welch.df.toFixed(3)} ${welch.fixed.p.toFixed(5)} ${welch.fixed.low.toFixed(7)} ${welch.fixed.high.toFixed(7)}`,
  });
  found.push({
    source: "Fisher & Yates, table III: t at 5 %, df 1 2 5 10 30 120",
    printed: "12.706 4.303 2.571 2.228 2.042 1.980",
    got: [1, 2, 5, 10, 30, 120].map((df) => tCritical(0.95, df).toFixed(3)).join(" "),
  });
  const rate = Math.sqrt(0.08 * 0.92);
  const half = (sd: number, controlShare: number) => 100 * alwaysHalfWidth({ sd, controlShare }, 6240);
  found.push({
    source: "design table: log-sd 0.7 with 10 % and half in control, a rate of 8 % likewise; 6,240 conversations",
    printed: "9 5.4 3.5 2.1",
    got: `${half(0.7, 0.1).toFixed(0)} ${half(0.7, 0.5).toFixed(1)} ${half(rate, 0.1).toFixed(1)} ${half(rate, 0.5).toFixed(1)}`,
  });
  return found.map((e) => ({ ...e, same: e.got === e.printed }));
}
