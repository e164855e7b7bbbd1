import { expect, test } from "vitest";
import { started, until } from "./started.ts";

test("dead letters can be listed and sent again from this machine, and from no other page", async () => {
  let mended = false;
  const worker = async () => {
    if (!mended) throw new Error("no");
  };
  const { url, queue } = await started({ worker }, { limits: { queue: { retryMs: [1, 1] } } });
  const id = await queue.send("job");
  const list = async () => (await (await fetch(`${url}/dev/dead-letters`)).json()) as { deadLetters: { id: string }[] };
  await until(async () => (await list()).deadLetters.length === 1);
  expect((await list()).deadLetters[0]).toMatchObject({ id, body: "job" });

  const foreign = { method: "POST", headers: { "x-forwarded-for": "1.2.3.4" } };
  expect((await fetch(`${url}/dev/dead-letters`, foreign)).status).toBe(403);
  mended = true;
  expect(await (await fetch(`${url}/dev/dead-letters`, { method: "POST" })).json()).toEqual({ redriven: 1 });
  await until(() => queue.size() === 0);
  expect(await list()).toEqual({ deadLetters: [] });
});
