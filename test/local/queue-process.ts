/** Sends messages to the queue at FILE until it is killed; says each id that was answered for. */
import { openQueue } from "@cuecard/local/queue";

const [file] = process.argv.slice(2);
const queue = await openQueue({ file: file!, log: console.error, compactBytes: 20_000 });
queue.deliver({
  // Every third job is done, the others are at work for ever.
  worker: async ({ Records }) =>
    Number(Records[0]!.body) % 3 === 0 ? undefined : new Promise((resolve) => setTimeout(resolve, 3_600_000)),
  deadletter: async () => undefined,
});
for (let n = 0; ; n += 10) {
  const bodies = Array.from({ length: 10 }, (_, i) => String(n + i));
  await Promise.all(bodies.map((body) => queue.send(body)));
  process.stdout.write(`${bodies.join("\n")}\n`);
}
