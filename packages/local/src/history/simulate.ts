/** One simulated conversation after another. Nothing here is counted: that is left to the code that counts real ones. */
import * as Arm from "@cuecard/core/arm";
import { priceUsd } from "@cuecard/core/model/prices";
import { promptVersion } from "@cuecard/core/model/prompt";
import type { OutcomeRow } from "@cuecard/core/outcome";
import type { Measurement } from "@cuecard/core/settings";
import { suggestionId, suggestionKey, turnKey } from "@cuecard/core/store/suggestion-id";
import type { State } from "@cuecard/core/suggestion";
import { type DemoRep, workspace } from "../demo.ts";
import { type Chance, chance } from "./chance.ts";
import { gapQuestions, type Habit, habitOf, poorArticle, type Shop } from "./shop.ts";

export type Simulated = {
  outcome: OutcomeRow;
  suggestions: State[];
  /** The question that no article answers, and when it was asked. */
  gap?: { text: string; at: string; suggestionId: string };
};

const minute = 60_000;
const engine = "gpt-5-mini";

/**
 * Conversations begin between eight and eight; `startMs` is the instant at which the day begins where the shop is. What
 * happens hangs on `ago`, not on the date: the same history, whenever the demo is first started.
 */
export function simulateDay(
  shop: Shop,
  measurement: Measurement,
  { ago, conversations, ...day }: { ago: number; conversations: number; day: string; startMs: number; week: number },
): Simulated[] {
  return Array.from({ length: conversations }, (_, n) => {
    const luck = chance(`${measurement.salt} ${ago} ${n}`);
    const atMs = day.startMs + Math.round(luck.between(8 * 60, 20 * 60) * minute);
    return simulate(shop, measurement, luck, { ...day, id: `simulated-${ago}-${n}`, atMs });
  });
}

type At = { id: string; day: string; atMs: number; week: number };

function simulate(shop: Shop, measurement: Measurement, luck: Chance, at: At): Simulated {
  const rep = luck.pick(shop.reps);
  const habit = habitOf(rep, at.day);
  const language = luck.happens(0.45) && rep.languages.includes("en") ? "en" : luck.pick(rep.languages);
  const { arm } = Arm.draw(measurement, at.id);
  const anyway = arm === "control" && luck.happens(0.03);
  const gap = rep.team === "orders" ? gapQuestions[language] : undefined;
  const question = gap && luck.happens(gap.share) ? luck.pick(gap.texts) : undefined;
  const turns = 1 + Number(luck.happens(0.55)) + Number(luck.happens(0.25));

  const outcome: OutcomeRow = {
    conversationId: at.id,
    arm,
    measurement: measurement.id,
    rep: rep.id,
    team: rep.team,
    language,
    anyway,
    simulated: true,
    ...ended(luck, habit, arm === "assist" ? habit.effect : 1, turns),
  };
  if (arm === "control" && !anyway) return { outcome, suggestions: [] };
  const suggestions: State[] = [];
  for (let turn = 0; turn < turns; turn++)
    suggestions.push(
      ...suggested(shop, luck, { ...at, rep, habit, language, turn, arm, unanswered: question !== undefined }),
    );
  const [first] = suggestions;
  return {
    outcome,
    suggestions,
    ...(question && first ? { gap: { text: question, at: first.turnAt, suggestionId: first.id } } : {}),
  };
}

/** Quality is the same in both arms: only time differs. */
function ended(luck: Chance, { pace }: Habit, effect: number, replies: number) {
  const handleTimeMs = Math.round(luck.lognormal(5.2 * minute, 0.6) * pace * effect * (0.6 + 0.25 * replies));
  const firstReplyMs = Math.round(luck.lognormal(1.6 * minute, 0.7) * pace * (0.5 + 0.5 * effect));
  const resolved = luck.happens(0.91) ? 1 : 0;
  const waited = luck.lognormal(25 * minute, 0.9);
  return {
    firstReplyMs,
    handleTimeMs,
    resolutionMs: resolved ? Math.round(firstReplyMs + handleTimeMs + waited) : null,
    replies,
    resolved,
    reopened7d: resolved ? (luck.happens(0.08) ? 1 : 0) : null,
    contactedAgain7d: resolved ? (luck.happens(0.06) ? 1 : 0) : null,
    escalated: luck.happens(0.05) ? 1 : 0,
    rating: luck.happens(0.22) ? Number(luck.weighted({ 1: 5, 2: 5, 3: 12, 4: 33, 5: 45 })) : null,
  } as const;
}

type Of = At & {
  rep: DemoRep;
  habit: Habit;
  language: string;
  turn: number;
  arm: Arm.Arm;
  unanswered: boolean;
};

/** The passages of a turn (with the first alone, to keep the history small) and its draft. */
function suggested(shop: Shop, luck: Chance, of: Of): State[] {
  const turnMs = of.atMs + of.turn * 4 * minute;
  const turnAt = iso(turnMs);
  const turn = turnKey(turnAt, `${of.id}-${of.turn}`);
  const poor = of.rep.team === "orders" && of.language === "en" && luck.happens(0.15);
  const article = poor ? poorArticle : luck.pick(shop.articlesFor(of.rep.team, of.language));
  const seed = (kind: "policy" | "draft") => {
    const id = suggestionId(of.id, turn, kind);
    return {
      ...suggestionKey(workspace, id),
      v: 1,
      id,
      conversationId: of.id,
      turn,
      turnAt,
      kind,
      status: "ready" as const,
      attempt: 1,
      createdAt: turnAt,
      day: of.day,
      team: of.rep.team,
      assignee: of.rep.id,
      language: of.language,
      arm: of.arm,
      articles: of.unanswered || article === undefined ? [] : [article],
      flags: of.unanswered ? ["no_policy"] : [],
      simulated: true,
    };
  };
  const policy: State = { ...seed("policy"), engine: "lookup", firstMs: 12, readyMs: 12, shownAt: turnAt };
  const draft: State = { ...seed("draft"), ...written(luck), ...decided(luck, of, turnMs, poor) };
  return of.turn === 0 ? [policy, draft] : [draft];
}

function written(luck: Chance) {
  const tokensIn = Math.round(luck.between(1_300, 2_600));
  const tokensOut = Math.round(luck.between(110, 280));
  const firstMs = Math.round(luck.lognormal(700, 0.3));
  return {
    engine,
    model: engine,
    promptVersion,
    tokensIn,
    tokensOut,
    usd: priceUsd(engine, tokensIn, tokensOut),
    firstMs,
    readyMs: firstMs + Math.round(luck.lognormal(1_300, 0.3)),
  };
}

/** Reps and drafts get used to each other: a little more is taken each week. */
function decided(luck: Chance, { rep, habit, week, unanswered }: Of, turnMs: number, poor: boolean): Partial<State> {
  const fate = luck.weighted({ decided: 90, unseen: 6, stale: 4 });
  if (fate !== "decided") return { outcome: fate, ...(fate === "stale" ? { status: "stale" } : {}) };
  const better = 1 + 0.06 * week;
  const { accepted, edited, rejected, ignored } = habit;
  const outcome = luck.weighted(
    poor
      ? { accepted: 0.03, edited: 0.12, rejected: 0.6, ignored: 0.25 }
      : unanswered
        ? { accepted: 0.02, edited: 0.1, rejected: 0.2, ignored: 0.68 }
        : { accepted: accepted * better, edited: edited * better, rejected, ignored },
  );
  const shownMs = turnMs + 2_000;
  const clickMs = shownMs + Math.round(luck.lognormal(4_500, 0.6));
  const common = {
    outcome,
    shownAt: iso(shownMs),
    shownTo: rep.id,
    decidedAt: iso(clickMs + Math.round(luck.between(10_000, 90_000))),
    retained: 0,
  };
  if (outcome === "rejected") {
    const reasons: Record<string, number> = poor
      ? { wrong: 60, incomplete: 35, other: 5 }
      : { wrong: 25, incomplete: 35, tone: 25, "not needed": 15 };
    return { ...common, rejectedAt: iso(clickMs), rejectReason: luck.weighted(reasons) };
  }
  const used = outcome === "accepted" || outcome === "edited";
  const clicked = luck.happens(used ? 0.92 : 0.07);
  return {
    ...common,
    sentBy: rep.id,
    retained:
      outcome === "accepted"
        ? 1
        : outcome === "edited"
          ? rounded(luck.between(0.42, 0.97))
          : rounded(luck.between(0, 0.25)),
    ...(clicked
      ? { clicked: luck.happens(0.85) ? "inserted" : "copied", clickedAt: iso(clickMs), clickedBy: rep.id }
      : {}),
  };
}

const iso = (ms: number) => new Date(ms).toISOString();
const rounded = (share: number) => Math.round(share * 1_000) / 1_000;
