/**
 * Opens the records of each release before, as they were written down then: everything that was answered about them is
 * answered the same, and writing goes on. The newest recording is of the release before this one.
 */
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { laidOut, openStage, type Recording, type Stage, workspace } from "./stage.ts";

const folder = new URL("recordings/", import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith(".json.gz"));
const recordings = files.map(
  (name): Recording => JSON.parse(gunzipSync(readFileSync(new URL(name, folder))).toString("utf8")),
);
const rep = { role: "rep", repId: "sam" };
let stage: Stage;

beforeAll(async () => {
  stage = await openStage(await mkdtemp(join(tmpdir(), "cuecard-upgrade-")), recordings[0]!.vaultKey);
});
afterAll(() => stage?.stop());

/** Takes away what the recording before left, and lays this one out. */
async function layOut({ items, nowMs }: Recording): Promise<void> {
  stage.at(nowMs, true);
  for (const { pk, sk } of await stage.items()) await stage.table.remove({ pk, sk });
  for (const line of items) await stage.table.put(laidOut(line));
}

test("there is a recording, small enough to be kept for good", () => {
  expect(recordings.length).toBeGreaterThan(0);
  for (const name of files) expect(readFileSync(new URL(name, folder)).length).toBeLessThan(200_000);
});

describe.each(recordings)("records of $version", (recording) => {
  const { answers, conversations, suggestions, webhookSecret, importToken, customer, nowMs } = recording;
  beforeAll(() => layOut(recording));

  test("hold one of everything: the comparison below can fail", () => {
    const { outcome } = columns(answers["/api/reports/records.csv"] as string);
    expect(new Set(outcome)).toEqual(new Set(["accepted", "edited", "rejected", "ignored", "unseen", "stale", ""]));
    expect(conversations.length).toBeGreaterThan(10);
  });

  /** Answers may grow; what was there stays. */
  test.each(Object.keys(answers))("%s is answered as it was", async (path) => {
    const answer = await stage.call("GET", path);
    if (path.endsWith(".csv")) expect(columns(answer)).toMatchObject(columns(answers[path] as string));
    // How passages are ranked may get better with a version; which articles are known may not change by it.
    else if (path.includes("/search?")) expect(found(answer)).toEqual(found(answers[path]));
    else expect(answer).toMatchObject(answers[path] as object);
  });

  test("go on: a message gets its draft, a reply its decision, a program's token and a sealed secret are good", async () => {
    stage.at(nowMs + 60_000);
    // Its share without suggestions would be drawn by chance.
    await stage.call("POST", "/api/measurements/end", {});
    const send = async (kind: "customer" | "rep", text: string) => {
      const author = { kind, id: kind === "rep" ? "sam" : "u" };
      const conversation = { id: "c-after", assignee: { id: "sam" }, customer: { id: "u" } };
      const message = { id: `m-${kind}`, at: new Date(Date.now()).toISOString(), author, text };
      expect((await stage.hook(webhookSecret, { type: "message.created", conversation, message })).status).toBe(202);
      await stage.settled();
      return (await stage.call("GET", "/api/conversations/c-after", undefined, rep)).suggestions;
    };
    const draft = (await send("customer", "How long does a refund take?")).find(
      ({ kind }: { kind: string }) => kind === "draft",
    );
    expect(draft).toMatchObject({ status: "ready", citations: [expect.objectContaining({ articleId: "refunds" })] });
    await stage.call("POST", `/api/suggestions/${draft.id}/decision`, { action: "inserted" }, rep);
    await send("rep", draft.text.replace(/\s?\[\d+\]/g, ""));
    expect(await stage.call("GET", `/api/suggestions/${draft.id}`)).toMatchObject({ outcome: "accepted" });
    const response = await fetch(`${stage.url}/api/policies`, {
      method: "POST",
      headers: { authorization: `Bearer ${importToken}`, "content-type": "application/json" },
      body: JSON.stringify({
        articles: [{ id: "parking", title: "Parking", text: "Parking costs nothing on Sundays." }],
      }),
    });
    expect(response.status).toBe(200);
    await stage.settled();
    const first = async () => (await stage.call("GET", "/api/policies/search?q=parking")).passages[0]?.articleId;
    await expect.poll(first).toBe("parking");
  });

  test("are erased as ever", async () => {
    const { status, conversations: erased } = await stage.call("DELETE", `/api/customers/${customer}`);
    expect([status, erased]).toEqual(["done", 1]);
    const about = (await stage.items()).filter(({ pk }) => pk === `C#${workspace}#c-open`);
    expect(about.length).toBeGreaterThan(5);
    expect(JSON.stringify(about)).not.toMatch(/Cleo|refund take/);
  });

  test("of a version that is not known yet are refused, and nothing is counted without them", async () => {
    await layOut(recording);
    const draft = suggestions.find((id) => id.includes("c-open.") && id.endsWith(".draft"))!;
    const state = (await stage.items()).find(({ id, gpk }) => id === draft && gpk);
    await stage.table.put({ ...state!, v: 2, row: String(state!.row).replace(/^\[1,/, "[2,") });
    const words = /502.*record_newer.*newer version of Cuecard/;
    await expect(stage.call("GET", "/api/conversations/c-open")).rejects.toThrow(words);
    await expect(stage.call("GET", "/api/reports/acceptance")).rejects.toThrow(words);
    const settings = (await stage.items()).find(({ sk }) => sk === "SETTINGS")!;
    await stage.table.put({ ...settings, v: 2 });
    await expect(stage.call("GET", "/api/settings")).rejects.toThrow(words);
  });
});

/** A table of text, by its columns' names. */
function columns(csv: string): Record<string, string[]> {
  const [names, ...rows] = csv
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(","));
  return Object.fromEntries(names!.map((name, i) => [name, rows.map((row) => row[i]!)]));
}
const found = (answer: unknown) =>
  new Set((answer as { passages: { articleId: string }[] }).passages.map(({ articleId }) => articleId));
