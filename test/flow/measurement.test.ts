/** A measurement from plan to end, over HTTP. */
import { expect, it } from "vitest";
import { product } from "./product.ts";

const our = product();

it("is planned, started, drawn from, ended, and followed by a proposal", async () => {
  const [lead, admin] = await Promise.all([our().login("lead", "lead-1"), our().login("admin", "admin-1")]);
  const get = async (path: string) => (await our().call("GET", path, { token: lead })).body;
  const post = (path: string, body: unknown, token = admin) => our().call("POST", path, { token, body });

  expect(await get("/api/measurements")).toEqual({ current: null, past: [], proposal: null });
  const plan = await get("/api/measurements/plan?holdout=0.5&days=21");
  expect(plan).toMatchObject({
    design: "conversation",
    sentence: expect.any(String),
    asked: { holdout: 0.5, days: 21 },
  });

  expect((await post("/api/measurements", { holdout: 1 }, lead)).status).toBe(403);
  expect((await post("/api/measurements", { holdout: 0 })).status).toBe(400);
  const started = await post("/api/measurements", { holdout: 1, days: 7, exempt: { tags: ["vip"] } });
  expect(started.status).toBe(201);
  expect(started.body.current).toMatchObject({ holdout: 1, exempt: { tags: ["vip"], newRepDays: 0 } });
  expect(started.text).not.toContain('"salt"');

  await our().say("measured", "customer", "Where is my refund?");
  await our().say("left-out", "customer", "Where is my refund?", { conversation: { tags: ["vip"] } });
  await our().settled();
  expect((await our().conversation("measured")).conversation.arm).toBe("control");
  expect((await our().conversation("left-out")).conversation.arm).toBe("assist");

  const changed = await our().call("PUT", "/api/settings", { token: admin, body: { holdout: 0.2 } });
  expect(changed.body).toMatchObject({ measurement: { holdout: 0.2 }, pastMeasurements: [{ holdout: 1 }] });
  const first = started.body.current.id;
  expect(await get(`/api/reports/effect?measurement=${encodeURIComponent(first)}`)).toMatchObject({
    running: false,
    exempt: { tag: 1 },
    sampleRatio: { assist: 0, control: 1 },
  });
  const behind = await get(`/api/reports/outcomes?measurement=${encodeURIComponent(first)}&arm=control`);
  expect(behind.rows).toMatchObject([{ conversationId: "measured", arm: "control", resolved: 0 }]);
  expect(Object.keys(behind.rows[0])).not.toContain("topic");
  expect(await get(`/api/reports/effect?measurement=${encodeURIComponent(first)}&team=none`)).toMatchObject({
    exploration: true,
    sampleRatio: { assist: 0, control: 0 },
  });
  expect((await our().call("GET", "/api/reports/effect?measurement=none", { token: lead })).status).toBe(404);

  const ended = await post("/api/measurements/end", undefined);
  expect(ended.body).toMatchObject({ current: null, proposal: { holdouts: [0.05, 0] } });
  expect(ended.body.past).toHaveLength(2);
  expect((await get("/api/settings")).holdout).toBe(0);
}, 30_000);
