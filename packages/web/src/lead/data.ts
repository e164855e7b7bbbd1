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
  rate: number | null;
  low: number | null;
  high: number | null;
  retainedShare: number | null;
};
export type Acceptance = { from: string; to: string; asOf: string; rows: Group[]; total: Group };

export type Metric = {
  metric: string;
  unit: string;
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
};
export type Effect = {
  measurement: { startedAt?: string } | null;
  sentence: string;
  metrics: Metric[];
  sampleRatio: { p: number | null; ok: boolean; assist: number; control: number };
  exploration: boolean;
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
  }[];
  reasons: { reason: string; count: number }[];
};

export type Cost = {
  rows: { kind: string; model: string; suggestions: number; tokensIn: number; tokensOut: number; usd: number | null }[];
  perAccepted: number | null;
};

export type Records = { rows: Record<string, unknown>[]; next: string | null };

/** Decided, so counted in the rate. Below this many, a rate says more of chance than of the group. */
export const few = 30;
export const decided = ({ accepted, edited, rejected, ignored }: Group) => accepted + edited + rejected + ignored;

export const percent = (share: number | null | undefined, digits = 0) =>
  share === null || share === undefined ? "–" : `${(share * 100).toFixed(digits)} %`;
export const interval = (low: number | null, high: number | null) =>
  low === null || high === null ? "" : `${Math.round(low * 100)}–${Math.round(high * 100)}`;
export const count = (n: number) => n.toLocaleString("en");
