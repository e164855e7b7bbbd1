/** `npm run letters [-- --redrive]`: jobs that failed for good, here or (by `sst shell`) on a stage; sends them again. */
import { flags } from "../flags.ts";
import { type Letters, localLetters, stageLetters } from "../letters.ts";
import { Refusal, told } from "../log.ts";

const usage = `npm run letters -- [--redrive] [--url U] [--json]        (on a stage: npx sst shell --stage NAME -- npm run letters)
  --redrive  sends the jobs that failed for good again
  --url      of a running Cuecard, without a stage (http://localhost:4000)
  --json     prints one object alone`;

const { values } = flags(usage, {
  options: {
    redrive: { type: "boolean", default: false },
    url: { type: "string", default: process.env.CUECARD_URL ?? `http://localhost:${process.env.PORT ?? 4000}` },
    json: { type: "boolean", default: false },
  },
});

async function found(): Promise<Letters> {
  if (!process.env.SST_RESOURCE_App && !process.env.SST_RESOURCES_JSON)
    return localLetters(values.url.replace(/\/$/, ""));
  const { send, table } = await import("@cuecard/functions/deps");
  return stageLetters(table(), await send());
}

try {
  const letters = await found();
  const list = await letters.list();
  const redriven = values.redrive ? await letters.redrive() : 0;
  if (values.json) console.log(JSON.stringify({ deadLetters: list, redriven }));
  else {
    for (const { diedAt, id, job } of list) console.log(`${diedAt}  ${id}  ${JSON.stringify(job)}`);
    console.log(
      values.redrive
        ? `${redriven} of ${list.length} sent again`
        : `${list.length} dead letters${list.length > 0 ? "; send them again with --redrive" : ""}`,
    );
  }
} catch (error) {
  console.error(error instanceof Refusal ? error.message : told(error));
  process.exitCode = 1;
}
