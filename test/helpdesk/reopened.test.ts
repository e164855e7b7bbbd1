/** Help Scout says "active" of a conversation without saying what it was before: opening what was open changes nothing. */
import * as Conversation from "@cuecard/core/conversation";
import type { Event } from "@cuecard/core/event";
import { helpdesk } from "@cuecard/core/helpdesk/helpscout";
import { measure } from "@cuecard/core/outcome";
import { expect, test } from "vitest";

const at = (minute: number) => `2026-01-01T10:${String(minute).padStart(2, "0")}:00.000Z`;
const delivery = { method: "POST", raw: new Uint8Array(), query: {}, headers: { "x-helpscout-event": "convo.status" } };
async function status(status: "active" | "closed", minute: number): Promise<Event> {
  const { events } = await helpdesk.normalise({ id: 42, status, userUpdatedAt: at(minute) }, delivery);
  return events[0]!;
}
const question = {
  id: "m1",
  at: at(0),
  author: { kind: "customer" as const, id: "u1" },
  visibility: "public" as const,
  text: "Where is it?",
};

test("`active` alone is no reopening; after `closed` it is one", async () => {
  const [opened, closed, again] = [await status("active", 5), await status("closed", 10), await status("active", 20)];
  expect(opened.type).toBe("conversation.reopened");
  expect(measure([question], [opened])).toMatchObject({ resolved: 0, reopened7d: null });
  expect(measure([question], [opened, closed])).toMatchObject({ resolved: 1, reopened7d: 0 });
  expect(measure([question], [opened, closed, again])).toMatchObject({ resolved: 1, reopened7d: 1 });
});

test("the conversation stays open by it, and opens by it once it was closed", async () => {
  const header = { pk: "p", sk: "s", v: 1, id: "42" } as unknown as Conversation.Header;
  const open = Conversation.merge(header, await status("active", 5));
  expect(open.status?.value).toBe("open");
  const closed = Conversation.merge(open, await status("closed", 10));
  expect(closed.status?.value).toBe("resolved");
  // One that comes late changes nothing.
  expect(Conversation.merge(closed, await status("active", 7)).status?.value).toBe("resolved");
});
