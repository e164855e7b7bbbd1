import { expect, it } from "vitest";
import { delivery, received } from "./deliveries.ts";

const body = '{"ticket_id":"452"}';
const credentials = { secret: "set by an admin" };

it.each([
  ["X-Cuecard-Secret", "set by an admin"],
  ["Authorization", "set by an admin"],
  ["Authorization", "Bearer set by an admin"],
])("takes the secret an admin set, in %s: %s", async (name, value) => {
  const passed = received("freshdesk", delivery(body, { [name]: value }), credentials);
  await expect(passed).resolves.toMatchObject({ fetch: [{ what: "thread", conversationId: "452" }] });
});

it.each([
  [{}, "signature_missing"],
  [{ "X-Cuecard-Secret": "" }, "signature_missing"],
  [{ "X-Cuecard-Secret": "set by an admiN" }, "signature_invalid"],
  [{ "X-Cuecard-Secret": "wrong", Authorization: "set by an admin" }, "signature_invalid"],
])("refuses %j", async (headers, code) => {
  await expect(received("freshdesk", delivery(body, headers), credentials)).rejects.toMatchObject({
    kind: "auth",
    code,
  });
});
