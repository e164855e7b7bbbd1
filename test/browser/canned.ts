/** Realistic data for the stand-in server: one shop, one return, one team's reports. Every value is fixed. */
import type { ConversationView, MessageView, Suggestion } from "@cuecard/core/protocol";

export const at = (minute: number) => new Date(Date.UTC(2025, 4, 12, 9, minute)).toISOString();

export const conversation = (id: string, more: Partial<ConversationView> = {}): ConversationView => ({
  id,
  subject: "Refund for order 4711",
  channel: "chat",
  team: "Payments",
  status: "open",
  language: "en",
  arm: "assist",
  customer: { name: "Ada Byron" },
  assistWhen: "watched",
  ...more,
});

export const message = (id: string, minute: number, text: string, more: Partial<MessageView> = {}): MessageView => ({
  id,
  at: at(minute),
  author: { kind: "customer", name: "Ada Byron" },
  visibility: "public",
  text,
  ...more,
});

export const question =
  "Hi, I sent the shoes of order 4711 back on 28 April, and I still don't have my money. When does the refund arrive?";

export const citations: Suggestion["citations"] = [
  {
    n: 1,
    articleId: "refunds",
    title: "Refunds after a return",
    heading: "How long it takes",
    quote:
      "Once the warehouse has scanned a return, the refund is started on the same day. It arrives within 5–7 business days, in the way the order was paid. Weekends and public holidays do not count.",
    url: "https://help.example.com/refunds",
  },
  {
    n: 2,
    articleId: "paused",
    title: "Paused payments",
    quote: "While a return is under way, payments for the order are paused for up to 21 days, so no reminder is sent.",
  },
  {
    n: 3,
    articleId: "goodwill",
    title: "Goodwill after late refunds",
    quote: "A rep may offer a voucher of up to 10 € when a refund took more than ten business days.",
    internal: true,
  },
];

export const draftText =
  "Hello Ada,\n\nyour return was scanned on 3 May, and the refund was started the same day [1]. The 49.90 € arrive within 5–7 business days, in the way you paid [1]. Until then the payments of order 4711 stay paused [2].\n\nBest regards\nSam";

const doubtful = draftText.indexOf("49.90 €");

export const suggestion = (conversationId: string, more: Partial<Suggestion> = {}): Suggestion => ({
  id: `${conversationId}.${more.turn ?? "t1"}.${more.kind ?? "draft"}`,
  seq: 1,
  conversationId,
  kind: "draft",
  status: "ready",
  text: draftText,
  citations,
  flags: [{ code: "unsupported", start: doubtful, end: doubtful + "49.90 €".length }],
  engine: "gpt-5-mini",
  turn: "t1",
  language: "en",
  latencyMs: 1_240,
  ...more,
});

export const summary = (conversationId: string, text?: string): Suggestion =>
  suggestion(conversationId, {
    kind: "summary",
    flags: [],
    citations: [],
    text:
      text ??
      "Returned the shoes of order 4711 on 28 April and asks when the refund arrives. The return was scanned on 3 May; no refund has been seen yet. Open: a date for the refund, and whether payments stay paused until it has come.",
  });

export const policy = (conversationId: string, more: Partial<Suggestion> = {}): Suggestion =>
  suggestion(conversationId, { kind: "policy", text: "", flags: [], ...more });

export const passages = citations.map(({ articleId, title, heading, quote, url }) => ({
  articleId,
  title,
  heading: heading ?? "",
  text: quote,
  score: 3.2,
  ...(url ? { url } : {}),
}));

const group = (key: string, label: string, decided: number, rate: number) => {
  const half = decided ? 1.6 / Math.sqrt(decided) : 0;
  const sent = Math.round(decided * rate);
  const edited = Math.round(sent * 0.55);
  return {
    key,
    label,
    shown: Math.round(decided * 1.15),
    accepted: sent - edited,
    edited,
    rejected: Math.round((decided - sent) * 0.3),
    ignored: decided - sent - Math.round((decided - sent) * 0.3),
    unseen: Math.round(decided * 0.1),
    stale: Math.round(decided * 0.07),
    superseded: 3,
    clicked: Math.round(sent * 0.9),
    decided,
    rate: decided ? rate : null,
    low: decided ? Math.max(0, rate - half / 2) : 0,
    high: decided ? Math.min(1, rate + half / 2) : 1,
    retainedShare: decided ? 0.82 : null,
    retained: [0, 0, 0.01, 0.02, 0.04, 0.06, 0.08, 0.11, 0.16, 0.52].map((share) => Math.round(share * sent)),
    decideMs: decided ? 3_100 : null,
  };
};

const groups: Record<string, [string, string, number, number][]> = {
  kind: [
    ["draft", "draft", 2410, 0.61],
    ["rewrite", "rewrite", 320, 0.74],
    ["answer", "answer", 58, 0.52],
    ["summary", "summary", 0, 0],
  ],
  team: [
    ["payments", "Payments", 1520, 0.66],
    ["delivery", "Delivery and returns", 940, 0.57],
    ["fraud", "Fraud", 21, 0.38],
  ],
  rep: [
    ["r1", "Sam Okafor", 420, 0.68],
    ["r2", "Jana Weiß", 388, 0.61],
    ["r3", "Mehmet Aydın", 12, 0.83],
  ],
};

export function acceptance(by: string) {
  const rows =
    by === "day"
      ? Array.from({ length: 42 }, (_, day) => {
          const key = new Date(Date.UTC(2025, 3, 1 + day)).toISOString().slice(0, 10);
          const weekend = [0, 6].includes(new Date(key).getUTCDay());
          return group(
            key,
            key,
            weekend ? (day % 7 ? 0 : 14) : 70 + ((day * 7) % 23),
            0.5 + day * 0.003 + ((day * 13) % 7) / 100,
          );
        })
      : (groups[by] ?? groups.kind!).map((row) => group(...row));
  return { from: "2025-04-01", to: "2025-05-12", asOf: at(0), rows, total: group("*", "all", 2788, 0.61) };
}

export const effect = (exploration: boolean) => ({
  measurement: { startedAt: at(0) },
  sentence:
    "In 6,240 conversations, half of them without suggestions, handle time was 5 to 16 % lower with them. Reopened: no difference larger than 2.1 points. Ratings: not known yet (about 900 more).",
  metrics: [
    {
      metric: "handleTimeMs",
      name: "Handle time",
      role: "primary",
      unit: "ms",
      better: "lower",
      assist: { n: 3120, mean: 412_000 },
      control: { n: 3120, mean: 461_000 },
      difference: -49_000,
      relative: -0.106,
      low: -74_000,
      high: -23_000,
      fixed: { low: -66_000, high: -32_000 },
      verdict: "better",
      words: "Handle time: 5 to 16 % lower.",
    },
    {
      metric: "reopened7d",
      name: "Reopened within 7 days",
      role: "guardrail",
      unit: "share",
      better: "lower",
      assist: { n: 3120, mean: 0.081 },
      control: { n: 3120, mean: 0.084 },
      difference: -0.003,
      low: -0.021,
      high: 0.014,
      fixed: { low: -0.016, high: 0.01 },
      verdict: "no_difference_seen",
      words: "No difference larger than 2.1 points.",
    },
    {
      metric: "replies",
      name: "Replies per conversation",
      role: "other",
      unit: "replies",
      better: "lower",
      assist: { n: 3120, mean: 1.8 },
      control: { n: 3120, mean: 1.8 },
      difference: 0.01,
      low: -0.04,
      high: 0.06,
      fixed: { low: -0.03, high: 0.05 },
      verdict: "no_difference_seen",
      words:
        "Replies per conversation: no difference seen (1.8 with suggestions, 1.8 without); anything from 0.04 lower is possible.",
    },
    {
      metric: "rating",
      name: "Rating",
      role: "guardrail",
      unit: "points",
      better: "higher",
      assist: { n: 410, mean: 4.31 },
      control: { n: 402, mean: 4.22 },
      difference: 0.09,
      low: -0.11,
      high: 0.29,
      fixed: { low: -0.05, high: 0.23 },
      verdict: "not_known_yet",
      words: "Rating: not known yet, about 900 more conversations needed.",
      moreConversations: 900,
    },
  ],
  sampleRatio: { p: 0.91, mismatch: false, controlShare: 0.5, assist: 3120, control: 3120 },
  helpedAnyway: 41,
  exploration,
  asOf: at(0),
  exempt: { new_rep: 212, tag: 38 },
  money: {
    sentence:
      "In money: net between −$200 and +$1,900 a month, for 4,500 conversations and after $16 for the model and AWS.",
  },
  resolvedPerRepHour: { assist: 8.21, control: 7.4, difference: { difference: 0.81, low: 0.3, high: 1.32 } },
  secondOpinion: {
    metric: "handleTimeMs",
    winsorised: { difference: -41_000, low: -63_000, high: -19_000 },
    limits: { low: 20_000, high: 3_600_000 },
    typical: { difference: -0.09, low: -0.14, high: -0.04 },
  },
});

/** The same by tenure: the newest gain, of the others nothing is known yet. */
export const tenure = () => {
  const whole = effect(false);
  const primary = whole.metrics[0]!;
  return {
    ...whole,
    groups: [
      { key: "under 3 months", label: "under 3 months", metrics: [{ ...primary, low: -121_000, high: -44_000 }] },
      {
        key: "over a year",
        label: "over a year",
        metrics: [{ ...primary, difference: null, low: null, high: null, verdict: "not_known_yet" }],
      },
    ],
  };
};

export const gaps = {
  questions: [
    { text: "Can I pay the rest of my order in cash at a shop?", count: 23, lastAt: at(0), conversationIds: ["c8"] },
    { text: "Does the return label work from Switzerland?", count: 14, lastAt: at(0), conversationIds: ["c9"] },
    {
      text: "Kann ich die Rechnung auf meine Firma umschreiben lassen?",
      count: 9,
      lastAt: at(0),
      conversationIds: ["c10"],
    },
    { text: "My partner wants to take over the instalments", count: 6, lastAt: at(0), conversationIds: ["c11"] },
  ],
  articles: [
    {
      articleId: "vouchers",
      title: "Vouchers and gift cards",
      cited: 61,
      accepted: 17,
      rejected: 29,
      rate: 0.28,
      reasons: [
        { reason: "wrong_policy", count: 12 },
        { reason: "out of date", count: 5 },
      ],
    },
    {
      articleId: "address",
      title: "Changing the delivery address",
      cited: 118,
      accepted: 71,
      rejected: 22,
      rate: 0.6,
      reasons: [],
    },
  ],
  reasons: [
    { reason: "wrong", count: 61 },
    { reason: "incomplete", count: 44 },
    { reason: "tone", count: 18 },
    { reason: "not needed", count: 12 },
  ],
  unsupported: { caught: 41, sent: 6 },
  languages: [
    { key: "fi", language: "fi", decided: 88, rate: 0.38, low: 0.28, high: 0.48, lags: true },
    { key: "en", language: "en", decided: 1_204, rate: 0.66, low: 0.63, high: 0.69, lags: false },
  ],
};

export const cost = {
  rows: [
    { kind: "draft", model: "gpt-5-mini", suggestions: 2902, tokensIn: 5_804_000, tokensOut: 522_000, usd: 11.61 },
    { kind: "summary", model: "gpt-5-mini", suggestions: 3010, tokensIn: 2_408_000, tokensOut: 180_600, usd: 4.12 },
    { kind: "policy", model: "embedded", suggestions: 2902, tokensIn: 0, tokensOut: 0, usd: 0 },
  ],
  totalUsd: 15.73,
  perAccepted: 0.0068,
  perConversation: 0.0025,
};

export const records = Array.from({ length: 12 }, (_, n) => ({
  id: `c${n}.t1.draft`,
  createdAt: at(n),
  conversationId: `c${n}`,
  kind: "draft",
  outcome: ["accepted", "edited", "ignored", "rejected"][n % 4],
  retained: [1, 0.83, 0.1, 0][n % 4],
  clicked: n % 3 === 0 ? "inserted" : null,
  repLabel: n % 2 ? "Sam Okafor" : "Jana Weiß",
  team: "Payments",
  language: "en",
  engine: "gpt-5-mini",
}));

export const inbox = [
  { name: "Ada Byron", subject: "Refund for order 4711", language: "en" },
  { name: "Jürgen Groß", subject: "Zweimal abgebucht", language: "de" },
  { name: "Élodie Martin", subject: "Colis jamais reçu", language: "fr", label: "control" },
  { name: "Nuria Ortega", subject: "Hablar con una persona", language: "es", label: "bot" },
];

export const measurements = {
  current: {
    id: "m2",
    holdout: 0.5,
    primaryMetric: "handleTimeMs",
    design: "conversation",
    startedAt: "2025-04-01T08:00:00.000Z",
    endsAt: "2025-05-20T08:00:00.000Z",
  },
  past: [
    {
      id: "m1",
      holdout: 0.2,
      primaryMetric: "rating",
      startedAt: "2025-02-01T08:00:00.000Z",
      endedAt: "2025-03-01T08:00:00.000Z",
    },
  ],
  proposal: null,
};

/** Nothing runs any more. */
export const measured = {
  current: null,
  past: [measurements.current, ...measurements.past],
  proposal: {
    after: "m2",
    holdouts: [0.05, 0],
    finds: 0.09,
    sentence:
      "It found what it was for. From here on, 5 % in control keep watch, and in a quarter of a year would notice a change of 9 %; or none.",
  },
};

export const plan = {
  sentence: "Half in control for 3 weeks, or 10 % for 9, finds ±6.8 % of handle time, four times in five.",
  asked: { holdout: 0.5, days: 21, finds: 31_000, relative: 0.068 },
};

export const articles = {
  articles: [
    { id: "refunds", title: "Refunds after a return", sent: 300, refused: 20, ignored: 80, state: "holds" },
    { id: "address", title: "Changing the delivery address", sent: 71, refused: 22, ignored: 25, state: "holds" },
    { id: "vouchers", title: "Vouchers and gift cards", sent: 17, refused: 29, ignored: 15, state: "expired" },
    { id: "new", title: "Opening hours on public holidays", sent: 4, refused: 1, ignored: 1, state: "holds" },
  ].map(({ id, title, sent, refused, ignored, state }) => {
    const decided = sent + refused + ignored;
    const rate = sent / decided;
    const half = 1.96 * Math.sqrt((rate * (1 - rate)) / decided);
    return {
      articleId: id,
      title,
      state,
      cited: decided + 9,
      accepted: sent,
      edited: 0,
      refused,
      ignored,
      rate,
      low: rate - half,
      high: Math.min(1, rate + half),
    };
  }),
};

export const proposals = {
  proposals: [
    {
      id: "p1",
      question: "Can I pay the rest of my order in cash at a shop?",
      title: "Can I pay the rest of my order in cash at a shop?",
      text: "You can pay the open amount of ___ in cash at any shop that shows our sign; bring the order number.",
      conversationId: "c8",
      at: at(0),
      asked: 7,
      alike: [],
    },
  ],
};

export const imports = {
  imports: [
    {
      id: "i1",
      source: "https://help.example.com/",
      kind: "zendesk",
      nightly: true,
      articles: 214,
      lastTriedAt: at(60),
      lastOkAt: at(60),
      error: null,
      unread: [],
    },
    {
      id: "i2",
      source: "https://handbook.example.com/",
      kind: "intercom",
      nightly: true,
      articles: 40,
      lastTriedAt: at(60),
      lastOkAt: at(0),
      error: "The help centre answered 401.",
      unread: [],
    },
  ],
};
