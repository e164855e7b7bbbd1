/** What the simulated history is made of: the demo's reps and articles, how reps take to drafts, and what no article answers. */
import type { Article } from "@cuecard/core/policy";
import { tenureOn } from "@cuecard/core/report/reps";
import { type DemoRep, readArticles, readReps } from "../demo.ts";
import { chance } from "./chance.ts";

export type Shop = {
  reps: DemoRep[];
  /** Articles a team quotes in a language; English where it has none. */
  articlesFor(team: string, language: string): string[];
};

/** As it is on a day. */
export async function readShop(today: string): Promise<Shop> {
  const [reps, all] = await Promise.all([readReps(today), readArticles()]);
  const known = new Map<string, string[]>();
  return {
    reps,
    articlesFor(team, language) {
      const key = `${team} ${language}`;
      const ids = known.get(key) ?? articlesFor(all, team, language);
      known.set(key, ids);
      return ids;
    },
  };
}

export type Habit = {
  /** Handle time with suggestions ÷ without. */
  effect: number;
  /** Handle time ÷ that of an old hand, without suggestions. */
  pace: number;
  accepted: number;
  edited: number;
  rejected: number;
  ignored: number;
};

/**
 * The true effect that the report has to find. By tenure as in "Generative AI at Work" (Brynjolfsson, Li, Raymond):
 * much for novices, next to nothing for old hands; with the demo's ten reps about −12 % in all.
 */
const habits: Record<string, Habit> = {
  "0–3 months": { effect: 0.75, pace: 1.35, accepted: 0.4, edited: 0.36, rejected: 0.07, ignored: 0.17 },
  "3–12 months": { effect: 0.86, pace: 1.2, accepted: 0.33, edited: 0.36, rejected: 0.08, ignored: 0.23 },
  "1–3 years": { effect: 0.91, pace: 1.05, accepted: 0.25, edited: 0.37, rejected: 0.08, ignored: 0.3 },
  "over 3 years": { effect: 0.96, pace: 1, accepted: 0.18, edited: 0.33, rejected: 0.09, ignored: 0.4 },
};

/** A rep's tenure on a day, and a leaning that is the rep's own. */
export function habitOf(rep: DemoRep, day: string): Habit {
  const habit = habits[tenureOn(rep, day)] ?? habits["0–3 months"]!;
  const leaning = chance(`leaning ${rep.id}`).between(0.7, 1.4);
  return { ...habit, accepted: habit.accepted * leaning, edited: habit.edited * Math.sqrt(leaning) };
}

/** Refused more often than not: outdated and vague, on purpose. */
export const poorArticle = "furniture-assembly";

const topics: Record<string, RegExp> = {
  payments: /^(refunds|late-fees|pay-|payment|monthly|charge|price|financial|returns-and)/,
  orders: /^(delivery|returns-(how|cond|large)|exchange|damaged|sizing|order|warranty|wrong|vouchers|gift-cards)/,
  accounts: /^(account|privacy|unauth|disputes|complaints|contact)/,
};

function articlesFor(articles: Article[], team: string, language: string): string[] {
  const ours = articles.filter(({ id, audience }) => audience === "public" && topics[team]?.test(id));
  const own = ours.filter((article) => article.language === language);
  return (own.length > 0 ? own : ours.filter((article) => article.language === "en")).map(({ id }) => id);
}

/** No article of the demo says anything of these. `share` of the conversations with the team that sells. */
export const gapQuestions: Record<string, { share: number; texts: string[] }> = {
  en: {
    share: 0.07,
    texts: [
      "Can you gift wrap my order?",
      "Can you gift wrap my order?",
      "Can you gift wrap my order?",
      "Do you offer gift wrapping, and what does it cost?",
      "Do you offer gift wrapping, and what does it cost?",
      "Can I add a handwritten card to a present?",
    ],
  },
  de: { share: 0.04, texts: ["Können Sie die Bestellung als Geschenk verpacken?"] },
  fr: { share: 0.04, texts: ["Est-ce que vous faites des paquets cadeaux ?"] },
};
