/** What the services cost, on demand, US East. Read in November 2026; look again before relying on them. */
export const readAt = "2026-11";

/** US dollars. */
export const prices = {
  websocketMessage: 1.0 / 1e6,
  websocketMinute: 0.25 / 1e6,
  httpRequest: 1.0 / 1e6,
  lambdaRequest: 0.2 / 1e6,
  lambdaGbSecond: 0.0000133334,
  queueRequest: 0.4 / 1e6,
  writeUnit: 0.625 / 1e6,
  readUnit: 0.125 / 1e6,
  storedGbMonth: 0.25,
} as const;

/** SQS bills a send, a receive and a delete for each message. */
export const queueRequestsAMessage = 3;
/** What stacks/ gives each function. */
export const lambdaGb = 1;
/** Held from the webhook's verification to its answer; of a worker mostly the wait for the model. Seconds, assumed. */
export const seconds = { webhook: 0.02, worker: 2.5, socket: 0.02 } as const;
/** A rep watches a conversation for so long. Assumed. */
export const watchedMinutes = 11;
