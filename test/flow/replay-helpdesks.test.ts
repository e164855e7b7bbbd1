/** The same three dialogues in the form of each helpdesk, against one server: the same drafts, the same decisions. */
import { randomUUID } from "node:crypto";
import type { Event } from "@cuecard/core/event";
import { names, sender } from "@cuecard/local/senders/sender";
import { expect, test } from "vitest";
import { product, until } from "./product.ts";

const our = product();

type Reply = (draft: string) => string;
const firstHalf = (text: string) =>
  text
    .split(" ")
    .slice(0, Math.ceil(text.split(" ").length * 0.8))
    .join(" ");
/** What the customer asks and how the rep answers: as drafted, with changes, in words of their own. */
const dialogues: [outcome: string, question: string, reply: Reply][] = [
  ["accepted", "I returned my shoes ten days ago. How long does a refund take?", (draft) => draft],
  [
    "edited",
    "The parcel arrived, but the cup in it is broken. What can I do?",
    (draft) => `${firstHalf(draft)} I put a word in for you with my colleagues.`,
  ],
  [
    "ignored",
    "Can I still cancel the order I placed this morning?",
    () => "Thanks for waiting, somebody from the warehouse rings you this afternoon about it.",
  ],
];

/** Plays all three and gives what became of them. */
async function played(helpdesk: string): Promise<unknown[]> {
  const from = await sender(helpdesk, helpdesk === "standard" ? our().secret : `secret-of-${helpdesk}`);
  if (helpdesk !== "standard") {
    const token = await our().login("admin", "ada");
    const put = await our().call("PUT", `/api/helpdesks/${helpdesk}`, {
      token,
      body: { ...from.secretFields(), tag: "replay" },
    });
    expect(put.status).toBe(200);
  }
  const post = async (event: Event) => {
    const request = from.build(event, { nowMs: Date.now(), deliveryId: randomUUID() })!;
    const { body, headers } = request;
    const answer = await our().call("POST", `/webhooks/demo${request.path}`, { body, headers });
    expect([helpdesk, event.type, answer.status, answer.body.status]).toEqual([helpdesk, event.type, 202, "accepted"]);
  };
  const ends: unknown[] = [];
  for (const [n, [, question, reply]] of dialogues.entries()) {
    const id = `${helpdesk}-${n}`;
    // Nothing that is played teaches; where the helpdesk sends no tags its own field `tag` says so.
    const tags = ["replay"];
    const customer = { id: `cust-${id}`, name: "Ada Byron" };
    // By mail: not every helpdesk's messages name their channel, and a chat's draft has another greeting.
    const conversation = { id, subject: "Order", channel: "email", customer, assignee: { id: "sam" }, tags };
    const ago = (seconds: number) => new Date(Date.now() - seconds * 1_000).toISOString();
    const said = (kind: "customer" | "rep", at: string, text: string): Event => ({
      type: "message.created",
      conversation,
      message: {
        id: `${id}-${kind}`,
        at,
        author: kind === "customer" ? { kind, ...customer } : { kind, id: "sam" },
        visibility: "public",
        text,
      },
    });
    const sidebar = await our().watch(id);
    await post(said("customer", ago(90), question));
    const draft = await sidebar.suggestion("draft", "ready");
    await sidebar.shown(draft.id);
    const text = draft.text.replace(/\s?\[\d+\]/g, "");
    await post(said("rep", ago(40), reply(text)));
    const { outcome, retained, sentBy } = await until(async () => {
      const one = await our().suggestion(draft.id);
      return one.outcome && one;
    });
    await post({ type: "conversation.resolved", at: ago(10), conversation });
    const after = await until(async () => {
      const one = await our().conversation(id);
      return one.conversation.status === "resolved" && one;
    });
    sidebar.close();
    const messages = after.messages.map((message) => [message.author.kind, message.visibility, message.text]);
    ends.push({ draft: draft.text, outcome, retained, sentBy, messages });
  }
  return ends;
}

test("all eight end in the same drafts, the same decisions and the same messages", async () => {
  await our().settings({ assistWhen: "always", holdout: 0 });
  const expected = await played("standard");
  expect(expected.map((end) => (end as { outcome: string }).outcome)).toEqual(dialogues.map(([outcome]) => outcome));
  for (const helpdesk of names.filter((name) => name !== "standard"))
    expect({ helpdesk, ends: await played(helpdesk) }).toEqual({ helpdesk, ends: expected });
}, 90_000);
