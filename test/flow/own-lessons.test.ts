/** What a rep's own replies taught, seen and taken out by that rep alone. */
import { expect, it } from "vitest";
import { product } from "./product.ts";

const our = product();

it("shows a rep the own replies that drafts learn from, as templates, and takes one out for good", async () => {
  const [sam, kim] = await Promise.all([our().login("rep", "sam"), our().login("rep", "kim")]);
  const own = async (token: string) => (await our().call("GET", "/api/me/lessons", { token })).body.lessons;
  const question = "I sent the parcel back, how long does a refund take until I have the money?";
  await our().say("learns", "customer", question, { conversation: { assignee: { id: "sam", name: "Sam" } } });
  await our().settled();
  const draft = await our().draftOf("learns");
  const action = { action: "inserted" };
  await our().call("POST", `/api/suggestions/${draft.id}/decision`, { token: sam, body: action });
  await our().say("learns", "rep", draft.text.replace(/ ?\[\d\]/g, ""), { rep: "sam" });
  await our().settled();

  const [lesson, ...more] = await own(sam);
  expect(more).toEqual([]);
  expect(lesson).toMatchObject({ question: expect.stringContaining("refund"), reply: expect.any(String) });
  expect(await own(kim)).toEqual([]);
  const path = `/api/me/lessons/${encodeURIComponent(lesson.id)}`;
  expect((await our().call("DELETE", path, { token: kim })).status).toBe(404);
  expect(await own(sam)).toHaveLength(1);
  expect((await our().call("DELETE", path, { token: sam })).status).toBe(200);
  expect(await own(sam)).toEqual([]);
  expect((await our().call("DELETE", path, { token: sam })).status).toBe(404);
  // Whatever raises the decision later teaches it no more.
  await our().say("learns", "rep", draft.text.replace(/ ?\[\d\]/g, ""), { rep: "sam" });
  await our().settled();
  expect(await own(sam)).toEqual([]);
}, 40_000);
