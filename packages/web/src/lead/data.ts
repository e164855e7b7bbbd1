/** What the reports answer, as this page reads it. Rates and shares are 0 to 1, intervals 95 %. */

export type Group = {
  key: string;
  label: string;
  shown: number;
  accepted: number;
  edited: number;
  rejected: number;
  ignored: number;
  unseen: number;
  stale: number;
  superseded: number;
  clicked: number;
  /** Counted in the rate. */
  decided: number;
  /** null while nothing is decided; the interval then says nothing. */
  rate: number | null;
  low: number;
  high: number;
  retainedShare: number | null;
  /** Replies that used a draft, by the tenth of its words they kept: ten counts. */
  retained?: number[];
  /** Mean from shown to click. */
  decideMs: number | null;
};
export type Acceptance = { from: string; to: string; asOf: string; rows: Group[]; total: Group };

export type Metric = {
  metric: string;
  name: string;
  unit: string;
  role: "primary" | "guardrail" | "other";
  better: "higher" | "lower";
  assist: { n: number; mean: number | null };
  control: { n: number; mean: number | null };
  difference: number | null;
  relative?: number | null;
  low: number | null;
  high: number | null;
  verdict: string;
  words: string;
  moreConversations?: number | null;
  /** The interval without what was known before the start, where the others are adjusted by it. */
  plain?: Interval;
  varianceCut?: number;
};
/** Assist − control with its 95 % interval. */
export type Interval = { difference: number; low: number; high: number };

export type Effect = {
  measurement: object | null;
  asOf?: string;
  /** Control conversations in which a rep asked for help anyway. */
  helpedAnyway: number;
  /** Drafts in control that nobody saw. */
  shadow?: { sentence: string };
  sentence: string;
  metrics: Metric[];
  sampleRatio: { p: number; mismatch: boolean; assist: number; control: number } | null;
  /** Why a saving is not to be counted; the sentence says it too. */
  withdrawn?: string;
  exploration: boolean;
  /** Conversations left out, as decided before the draw, by why. */
  exempt?: Record<string, number>;
  money?: { sentence: string };
  resolvedPerRepHour?: { assist: number | null; control: number | null; difference: Interval | null };
  /** The primary metric with little weight to enormous values; `typical` in shares. */
  secondOpinion?: { metric: string; winsorised: Interval | null; typical: Interval | null };
  groups?: { key: string; label: string; metrics: Metric[]; withdrawn?: string }[];
};

export type Gaps = {
  questions: { text: string; count: number; lastAt: string; conversationIds: string[] }[];
  articles: {
    articleId: string;
    title: string;
    cited: number;
    accepted: number;
    rejected: number;
    rate: number | null;
    reasons?: { reason: string; count: number }[];
  }[];
  reasons: { reason: string; count: number }[];
  /** Drafts with figures marked that stand in no source, and how many of them were sent all the same. */
  unsupported?: { caught: number; sent: number };
  languages?: {
    key: string;
    language: string;
    decided: number;
    rate: number | null;
    low: number;
    high: number;
    lags: boolean;
  }[];
};

export type Cost = {
  rows: { kind: string; model: string; suggestions: number; tokensIn: number; tokensOut: number; usd: number | null }[];
  perAccepted: number | null;
  totalUsd?: number | null;
  perConversation?: number | null;
  asOf?: string;
};

export type Measurement = {
  id: string;
  /** Share in control. */
  holdout: number;
  primaryMetric: string;
  design?: "conversation" | "switchback";
  startedAt: string;
  endsAt?: string;
  endedAt?: string;
};
export type Measurements = {
  current: Measurement | null;
  past: Measurement[];
  /** After an end: shares in control to go on with; 0 is none. */
  proposal: { holdouts: number[]; sentence: string } | null;
};
/** `finds` in the metric's unit, `relative` ÷ its mean; null: too little is known. */
export type Plan = {
  sentence: string;
  asked?: { holdout: number; days: number; finds: number | null; relative: number | null };
};

export type Articles = {
  articles: {
    articleId: string;
    title: string;
    state: "holds" | "not yet" | "expired" | "gone";
    cited: number;
    accepted: number;
    edited: number;
    refused: number;
    ignored: number;
    rate: number | null;
    low: number;
    high: number;
  }[];
};
export type Proposals = {
  proposals: { id: string; question: string; title: string; text: string; conversationId: string; asked: number }[];
};
export type Imports = {
  imports: {
    id: string;
    source: string;
    kind: string;
    nightly: boolean;
    articles: number | null;
    lastTriedAt: string | null;
    lastOkAt: string | null;
    error: string | null;
    unread: { name: string; reason: string }[];
  }[];
};

export type Records = { rows: Record<string, unknown>[]; next?: string };

/** With fewer decisions a rate says more of chance than of the group. */
export const few = 30;

export const percent = (share: number | null | undefined, digits = 0) =>
  share === null || share === undefined ? "–" : `${(share * 100).toFixed(digits)} %`;
export const interval = (low: number, high: number) => `${Math.round(low * 100)}–${Math.round(high * 100)}`;
export const count = (n: number) => n.toLocaleString("en");

/** In the reader's own time zone. */
export const moment = (at: string) => new Date(at).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });
export const day = (at: string) => new Date(at).toLocaleDateString("en-GB", { dateStyle: "medium" });

export const cents = (usd: number) =>
  usd === 0 ? "0 ¢" : usd >= 1 ? `$${usd.toFixed(2)}` : `${(usd * 100).toFixed(usd < 0.01 ? 2 : 1)} ¢`;
