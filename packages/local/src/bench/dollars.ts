/** Counted operations times a dated table of prices. The model's own price is the workspace's choice: its tokens are given instead. */
import { readArticles } from "../demo.ts";
import type { Counts } from "./conversation.ts";
import { demoDialogues } from "./dialogue.ts";
import { round } from "./figures.ts";
import { lambdaGb, prices, queueRequestsAMessage, readAt, seconds, watchedMinutes } from "./prices.ts";

/** One month of the firm whose story stands at the beginning. */
export const monthly = 2_300_000;

export async function dollars(counts: Counts) {
  const { webhook, worker, socket } = counts.lambda;
  const one: Record<string, number> = {
    dynamodb: counts.written * prices.writeUnit + counts.read * prices.readUnit,
    lambda:
      (webhook + worker + socket) * prices.lambdaRequest +
      (webhook * seconds.webhook + worker * seconds.worker + socket * seconds.socket) *
        lambdaGb *
        prices.lambdaGbSecond,
    httpApi: webhook * prices.httpRequest,
    websocket: (counts.frames + socket) * prices.websocketMessage + watchedMinutes * prices.websocketMinute,
    queue: counts.queued * queueRequestsAMessage * prices.queueRequest,
  };
  const total = Object.values(one).reduce((sum, value) => sum + value, 0);
  const scaled = (by: number, digits: number) =>
    Object.fromEntries(Object.entries({ ...one, total }).map(([name, value]) => [name, round(value * by, digits)]));
  const articles = await readArticles();
  const conversation = (await demoDialogues())[0]!.lines.map(({ text }) => text).join("\n");
  const tokens = (text: string) => Math.ceil(text.length / 4);
  const everything = tokens(conversation) + articles.reduce((sum, { text, title }) => sum + tokens(text + title), 0);
  return {
    pricesReadAt: readAt,
    per1000: scaled(1_000, 4),
    perMonth: { conversations: monthly, ...scaled(monthly, 0) },
    /** Estimated as a quarter of the characters, both. */
    draftTokens: counts.tokens,
    wholeConversationAndAllArticlesTokens: everything,
  };
}
