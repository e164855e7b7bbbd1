/** Runs the nightly handler soon after the start and then every hour, since a laptop may be shut at night. */
import { randomUUID } from "node:crypto";
import { type Handlers, invoke } from "./lambda.ts";
import { type Log, told } from "./log.ts";

const hourMs = 3_600_000;
/** Lambda's longest. */
const timeoutMs = 900_000;

/** One run at a time; a failure is logged and the next hour tries again. */
export function startSchedule(
  nightly: Handlers["nightly"],
  log: Log,
  { firstMs = 5_000, everyMs = hourMs }: { firstMs?: number; everyMs?: number } = {},
): { stop(): Promise<void> } {
  let timer: NodeJS.Timeout;
  let running = Promise.resolve();
  let stopped = false;
  const run = async () => {
    try {
      await invoke(nightly, event(new Date()), { name: "nightly", timeoutMs });
    } catch (error) {
      log(`nightly: ${told(error)}`);
    }
    if (!stopped) wait(everyMs);
  };
  const wait = (ms: number) => {
    timer = setTimeout(() => {
      running = run();
    }, ms);
  };
  wait(firstMs);
  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
      return running;
    },
  };
}

const event = (now: Date) => ({
  version: "0",
  id: randomUUID(),
  "detail-type": "Scheduled Event" as const,
  source: "aws.events",
  account: "000000000000",
  time: now.toISOString(),
  region: "us-east-1",
  resources: [],
  detail: {},
});
