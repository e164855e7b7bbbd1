/**
 * A conversation as each helpdesk tells it, delivered in any order, some of it twice: the records end the same. Through the signed
 * bytes, the adapter and the store on the real database protocol.
 */
import { type Event, timeOf } from "@cuecard/core/event";
import { names } from "@cuecard/core/helpdesk/registry";
import { takeIn } from "@cuecard/core/intake";
import { defaults, type Loaded } from "@cuecard/core/settings";
import { append, eventKey, listed } from "@cuecard/core/store/conversations";
import { conversationPk } from "@cuecard/core/store/keys";
import { sender } from "@cuecard/local/senders/sender";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { database } from "../core/spine-world.ts";
import { delivery, now, received } from "./deliveries.ts";

const table = database();
const secret = `whsec_${Buffer.from("some secret of ours").toString("base64")}`;
const loaded: Loaded = { settings: defaults, measurement: null, past: [], sealedModelKey: null, exists: true };
const at = (minute: number) => new Date(now - 3_600_000 + minute * 60_000).toISOString();
const customer = { id: "u1", name: "Ada" };

function said(minute: number, kind: "customer" | "rep" | "bot", text: string, internal = false): Event {
  const author = kind === "customer" ? { kind, ...customer } : { kind, id: kind === "rep" ? "r1" : "b1" };
  const message = { id: `m${minute}`, at: at(minute), author, visibility: internal ? "internal" : "public", text };
  return { type: "message.created", conversation: { id: "c1" }, message } as Event;
}
const conversation = { id: "c1" };
const story: Event[] = [
  said(0, "customer", "Where is my parcel?"),
  { type: "conversation.assigned", at: at(1), conversation: { id: "c1", assignee: { id: "r1" } } },
  said(2, "rep", "I look for it."),
  said(3, "rep", "It is lost, I think.", true),
  { type: "conversation.resolved", at: at(4), conversation },
  { type: "conversation.reopened", at: at(5), conversation },
  said(6, "customer", "It came, and it is broken."),
  { type: "conversation.assigned", at: at(7), conversation: { id: "c1", assignee: { id: "r2" } } },
  { type: "conversation.resolved", at: at(8), conversation },
  { type: "conversation.rated", at: at(9), conversation, rating: { score: 5 } },
];

/** The clock's; and what is fixed when the first customer's message arrives, whichever of them that is, and stands in the outcome too. */
const byArrival = ["receivedAt", "v", "version", "rev", "arm", "day", "indexTeam", "atDraw", "topic"];
let worlds = 0;
/** What is kept of these deliveries, without when and how often they came. */
async function kept(helpdesk: string, deliveries: { body: string; headers: Record<string, string> }[]) {
  const workspace = `orders-${++worlds}`;
  const deps = { table: table(), channel: { send: async () => "sent" as const }, now: () => now };
  const credentials = (await sender(helpdesk, secret)).secretFields();
  const seen = listed();
  for (const { body, headers } of deliveries) {
    const answer = await received(helpdesk, delivery(body, headers), credentials);
    if (answer.kind !== "events") throw new Error("an ordinary delivery was taken for a handshake");
    for (const event of answer.events) {
      await append(table(), workspace, event, now, Math.floor(now / 1_000) + 86_400, seen);
      await takeIn(deps as never, workspace, event.conversation.id, eventKey(workspace, event).sk, loaded);
    }
  }
  const items = (await table().query({ pk: conversationPk(workspace, "c1") })).filter(({ sk }) => sk !== "OUT");
  return JSON.parse(JSON.stringify(items).replaceAll(workspace, "W"), (key, value) =>
    byArrival.includes(key) ? undefined : value,
  );
}

describe.each(names)("%s", (helpdesk) => {
  it("ends in the same records, whatever the order and the repetitions", async () => {
    const from = await sender(helpdesk, secret);
    const deliveries = story.flatMap((event) => {
      const made = from.build(event, { nowMs: now, deliveryId: `d-${timeOf(event)}` });
      return made ? [made] : [];
    });
    expect(deliveries.length).toBeGreaterThan(6);
    const expected = await kept(helpdesk, deliveries);
    expect(expected.filter(({ sk }: { sk: string }) => sk.startsWith("MSG#"))).toHaveLength(4);
    const orders = fc
      .tuple(
        fc.shuffledSubarray(deliveries, { minLength: deliveries.length }),
        fc.array(fc.constantFrom(...deliveries), { maxLength: 4 }),
      )
      .map(([all, again]) => [...again.slice(0, 2), ...all, ...again.slice(2)]);
    await fc.assert(
      fc.asyncProperty(orders, async (order) => {
        expect(await kept(helpdesk, order)).toEqual(expected);
      }),
      { numRuns: 4 },
    );
  });
});
