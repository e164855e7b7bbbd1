import { type ArmMoments, type Input, judge, type Metric } from "@cuecard/core/effect";
import { amount, level } from "@cuecard/core/effect-words";
import { type Moments, of } from "@cuecard/core/stats/moments";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

/** n conversations that took `minutes` on average, half of them 40 % less and half 40 % more. */
const times = (n: number, minutes: number): Moments => {
  const ms = minutes * 60_000;
  return { n, sum: n * ms, sumSq: n * ms * ms * 1.16 };
};
/** k of n conversations. */
const rate = (k: number, n: number): Moments => ({ n, sum: k, sumSq: k });

const even = { assist: 2000, control: 2000, controlShare: 0.5 };
const faster = { assist: times(2000, 4.5), control: times(2000, 5) };
const calm = { assist: rate(200, 2000), control: rate(204, 2000) };
const worse = { assist: rate(400, 2000), control: rate(200, 2000) };

function ask(metrics: Partial<Record<Metric, ArmMoments>>, more: Partial<Input> = {}) {
  return judge({ metrics, primary: "handleTimeMs", guardrails: ["reopened7d"], sampleRatio: even, ...more });
}

describe("a measurement", () => {
  it("says how much time was saved, between what and what, and that quality held", () => {
    const { sentence, metrics, withdrawn } = ask({ handleTimeMs: faster, reopened7d: calm });
    expect(sentence).toBe(
      "Quality held in reopened within 7 days. Handle time is better with suggestions: lower by 30 s, between 19 s and 41 s (4 min 30 s with suggestions, 5 min 0 s without).",
    );
    expect(withdrawn).toBeUndefined();
    expect(metrics[0]).toMatchObject({ verdict: "better", difference: -30_000, relative: -0.1, role: "primary" });
    expect(metrics[0]!.low!).toBeLessThan(metrics[0]!.fixed!.low);
    expect(metrics[1]).toMatchObject({ verdict: "not_known_yet", role: "guardrail", harmRuledOut: true });
  });

  it("withdraws the saving when a guardrail got worse", () => {
    const { sentence, withdrawn } = ask({ handleTimeMs: faster, reopened7d: worse });
    expect(withdrawn).toBe("The saving is withdrawn: reopened within 7 days got worse with suggestions.");
    expect(sentence).toContain(withdrawn);
  });

  it.each([
    ["quality is not known", { handleTimeMs: faster, reopened7d: { assist: rate(3, 150), control: rate(4, 150) } }],
    ["nobody measures quality", { handleTimeMs: faster }],
  ])("calls nothing a saving while %s", (_, metrics) => {
    expect(ask(metrics).sentence).toMatch(/^Quality is not .* so nothing counts as a saving yet\./);
  });

  it("shows no interval before 100 conversations an arm, and says how many are missing", () => {
    const { metrics, sentence } = ask(
      { handleTimeMs: { assist: times(400, 3), control: times(99, 9) } },
      {
        sampleRatio: { assist: 400, control: 99, controlShare: 0.2 },
      },
    );
    expect(metrics[0]).toMatchObject({
      verdict: "not_known_yet",
      low: null,
      high: null,
      difference: null,
      fixed: null,
    });
    expect(metrics[0]!.moreConversations).toBe(5); // one more in control, at one in five
    expect(sentence).toContain("not known yet, about 5 more needed");
  });

  it("claims nothing while the interval includes zero, and says how many more are needed", () => {
    const { metrics } = ask({ handleTimeMs: { assist: times(300, 4.7), control: times(300, 5) } });
    expect(metrics[0]!.verdict).toBe("not_known_yet");
    expect(metrics[0]!.low! < 0 && metrics[0]!.high! > 0).toBe(true);
    expect(metrics[0]!.moreConversations!).toBeGreaterThan(500);
    expect(metrics[0]!.words).toMatch(
      /not known yet, about [\d,]+ more needed; anything from .* lower to .* higher is possible/,
    );
  });

  it("counts conversations, not ratings, that are still needed", () => {
    const rated = { assist: of(Array(60).fill(4)), control: of(Array(60).fill(5)) };
    const { metrics } = ask({ rating: rated }, { sampleRatio: { assist: 600, control: 600, controlShare: 0.5 } });
    expect(metrics[0]!.moreConversations).toBe(800); // 80 more ratings, one conversation in ten is rated
  });

  it("says nothing at all while the arms do not have the promised sizes", () => {
    const { metrics, sentence, sampleRatio, withdrawn } = ask(
      { handleTimeMs: faster, reopened7d: worse },
      {
        sampleRatio: { assist: 2600, control: 2000, controlShare: 0.5 },
      },
    );
    expect(sampleRatio.mismatch).toBe(true);
    expect(sentence).toMatch(/^Nothing can be said: the arms hold 2600 and 2000/);
    expect(metrics.map((m) => m.verdict)).toEqual(["not_known_yet", "not_known_yet"]);
    expect(withdrawn).toBeUndefined();
  });

  it("knows which way is good for each metric", () => {
    const much = { assist: rate(1800, 2000), control: rate(1500, 2000) };
    const { metrics } = ask({ resolved: much, escalated: much });
    expect(Object.fromEntries(metrics.map((m) => [m.metric, m.verdict]))).toEqual({
      resolved: "better",
      escalated: "worse",
    });
  });

  it("takes no escalation in either arm for what it is: no harm", () => {
    const none = { assist: rate(0, 2000), control: rate(0, 2000) };
    expect(ask({ escalated: none }).metrics[0]).toMatchObject({
      verdict: "no_difference_seen",
      difference: 0,
      harmRuledOut: true,
    });
    const few = { assist: rate(0, 100), control: rate(0, 100) };
    expect(ask({ escalated: few }).metrics[0]).toMatchObject({ verdict: "not_known_yet", harmRuledOut: false });
  });

  it("compares within reps where it is told who served", () => {
    const byRep = [
      { assist: times(900, 3), control: times(100, 3) },
      { assist: times(100, 9), control: times(900, 9) },
    ];
    const mixed = { assist: times(1000, 3.6), control: times(1000, 8.4), byRep };
    expect(ask({ handleTimeMs: mixed }).metrics[0]).toMatchObject({
      verdict: "no_difference_seen",
      difference: expect.closeTo(0, 6),
    });
  });

  it("lets praise outside the primary metric pass only after Benjamini and Hochberg, and a warning at once", () => {
    const just = { assist: rate(1583, 2000), control: rate(1500, 2000) };
    const alone = ask({ resolved: just }).metrics[0]!;
    expect(alone).toMatchObject({ verdict: "better" });
    expect(alone.p!).toBeGreaterThan(0.02);
    const many = ask({ resolved: just, escalated: calm, contactedAgain7d: calm, reopened7d: calm });
    expect(many.metrics.find((m) => m.metric === "resolved")!.verdict).toBe("not_known_yet");
    const harm = ask({ resolved: { assist: just.control, control: just.assist }, escalated: calm, reopened7d: calm });
    expect(harm.metrics.find((m) => m.metric === "resolved")!.verdict).toBe("worse");
  });
});

describe("a switchback", () => {
  const periods = (weeks: number) =>
    Array.from({ length: weeks * 10 }, (_, i) => {
      const arm = (i + Math.floor(i / 10)) % 2 ? ("assist" as const) : ("control" as const);
      const minutes = (4 + (i % 10)) * (arm === "assist" ? 0.8 : 1) + (i % 7) / 20;
      return { rep: `${i % 10}`, arm, n: 20 + (i % 3), sum: (20 + (i % 3)) * minutes * 60_000 };
    });
  const input = (weeks: number) => {
    const all = periods(weeks);
    const arm = (name: string) => all.filter((p) => p.arm === name);
    const total = (name: string) => ({
      n: arm(name).reduce((s, p) => s + p.n, 0),
      sum: arm(name).reduce((s, p) => s + p.sum, 0),
      sumSq: 1e15,
    });
    return judge({
      design: "switchback",
      metrics: { handleTimeMs: { assist: total("assist"), control: total("control"), periods: all } },
      primary: "handleTimeMs",
      guardrails: [],
      sampleRatio: { assist: arm("assist").length, control: arm("control").length, controlShare: 0.5 },
    });
  };

  it("is judged by rep-weeks: nothing before 20 an arm, however many conversations", () => {
    expect(input(2).metrics[0]).toMatchObject({ verdict: "not_known_yet", low: null, moreConversations: 20 });
    expect(input(12).metrics[0]).toMatchObject({ verdict: "better" });
  });
});

describe("words", () => {
  it("give amounts as people say them", () => {
    expect([800, 42_000, 125_000, 3_720_000, 9 * 86_400_000].map((ms) => amount(-ms, "ms"))).toEqual([
      "0.8 s",
      "42 s",
      "2 min 5 s",
      "1 h 2 min",
      "9.0 days",
    ]);
    expect([amount(0.0312, "share"), amount(-0.25, "points"), level(0.62, "share"), level(null, "ms")]).toEqual([
      "3.1 points",
      "0.3 points",
      "62 %",
      "no value",
    ]);
  });

  const moments = fc
    .record({
      n: fc.integer({ min: 0, max: 500 }),
      mean: fc.double({ min: 0, max: 1e7, noNaN: true }),
      sd: fc.double({ min: 0, max: 1e7, noNaN: true }),
    })
    .map(({ n, mean, sd }) => ({ n, sum: n * mean, sumSq: n * (mean * mean + sd * sd) }));

  it("never say NaN, Infinity, null or undefined, and never claim while zero is inside", () =>
    fc.assert(
      fc.property(moments, moments, moments, moments, (a, b, c, d) => {
        const sampleRatio = { assist: a.n, control: b.n, controlShare: 0.5 };
        const { sentence, metrics } = ask(
          { handleTimeMs: { assist: a, control: b }, reopened7d: { assist: c, control: d } },
          { sampleRatio },
        );
        const said = [sentence, ...metrics.map((m) => m.words)].join(" ");
        expect(said).not.toMatch(/NaN|Infinity|null|undefined/);
        expect(JSON.parse(JSON.stringify(metrics))).toEqual(
          metrics.map((m) => Object.fromEntries(Object.entries(m).filter(([, v]) => v !== undefined))),
        );
        for (const m of metrics)
          if (m.verdict === "better" || m.verdict === "worse") expect(m.low! > 0 || m.high! < 0).toBe(true);
      }),
    ));
});
