/**
 * `npm run recording`: writes down the records of a small invented workspace as this version makes them, and what it answers
 * about them, into `recordings/`. The tests of later versions open it. Run it once at each release, and commit what it writes.
 */
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { flags } from "@cuecard/local/flags";
import { sender } from "@cuecard/local/senders/sender";
import { WebSocket } from "ws";
import { openStage, questions, type Recording, type Stage, workspace, written } from "./stage.ts";

const dayMs = 86_400_000;
/** Any Monday; a fixed one makes recordings alike. */
const startMs = Date.parse("2026-03-02T09:00:00.000Z");
const rep = { role: "rep", repId: "sam" };

type Told = Omit<Recording, "version" | "nowMs" | "vaultKey" | "answers" | "items">;

/** Every kind of record that is kept, by its partition and the first part of its sort key. A new kind belongs here and in `live`. */
export const kinds = [
  "A *",
  "C CONV",
  "C EVT",
  "C MSG",
  "C OUT",
  "C SUG",
  "D *",
  "E BUILT",
  "E CHANGED",
  "E EX",
  "E SENT",
  "G *",
  "I *",
  "K C",
  "K NAMED",
  "K TOMBSTONE",
  "P ART",
  "Q PROP",
  "U *",
  "W DAY",
  "W HELPDESK",
  "W IMPORT",
  "W NAMED",
  "W PERSON",
  "W REP",
  "W SEEN",
  "W SETTINGS",
  "W TOKEN",
  "WORKSPACES *",
  "X CHUNK",
  "X HEAD",
]; // prettier-ignore

export const kindOf = ({ pk, sk }: { pk: string; sk: string }): string => {
  const [partition, name] = [pk.split("#")[0]!, sk.split("#")[0]!];
  return `${partition} ${(/^[A-Z]+$/.test(name) && name.length > 1) || partition === "K" ? name : "*"}`;
};

const articles = [
  ["refunds", "Refunds", "A refund takes five days after the parcel has come back. It goes to the card that paid."],
  ["delivery", "Delivery", "A parcel takes two to three days. Evening delivery costs 4 EUR."],
  ["gift-cards", "Gift cards", "A gift card is good for three years and cannot be paid out."],
  ["warranty", "Warranty", "The warranty on furniture is two years from delivery."],
].map(([id, title, text]) => ({ id, title, text }));

/** Three weeks of a small shop: the first days are closed by now, the last conversations are open. */
async function live(stage: Stage, say: (line: string) => void): Promise<Told> {
  const { call } = stage;
  let clock = startMs;
  let messages = 0;
  const later = (minutes: number) => {
    clock += minutes * 60_000;
    stage.at(clock);
  };
  stage.at(clock);
  await call("PUT", "/api/workspace", {});
  const people = [
    { email: "ada@acme.example", name: "Ada", role: "admin" },
    { email: "sam@acme.example", name: "Sam", role: "rep", reps: { standard: "sam" } },
  ];
  await call("PUT", "/api/people", { people });
  await call("PUT", "/api/reps", { reps: [{ id: "sam", name: "Sam", startedAt: "2026-01-05" }] });
  await call("PUT", "/api/settings", {
    assistWhen: "always",
    repFigures: "named",
    repHourCost: 30,
    modelKey: "sk-invented",
  });
  await call("PUT", "/api/settings", { modelKey: null });
  const { secret } = await call("POST", "/api/helpdesks/standard/rotation", {});
  await call("PUT", "/api/helpdesks/front", { secret: "invented-front-secret", token: "invented-token" });
  const { token } = await call("POST", "/api/tokens", { name: "help centre" });
  const replies = [
    { id: "r1", question: "Can I pay later?", reply: "Yes, choose pay in 30 days at the checkout.", saved: true },
  ];
  const end = { source: "articles", keep: articles.map(({ id }) => id) };
  await call("POST", "/api/policies", { articles, replies, end });
  await stage.settled();

  const facts = (id: string, customer = `cust-${id}`) => ({
    id,
    subject: "Question",
    channel: "chat",
    team: "payments",
    customer: { id: customer, name: "Cleo Invented", email: `${customer}@example.com` },
    assignee: { id: "sam", name: "Sam" },
    tags: ["web"],
  });
  const send = async (event: object) => {
    const { status } = await stage.hook(secret, event);
    if (status !== 202) throw new Error(`The webhook answered ${status}.`);
    await stage.settled();
  };
  const write = async (id: string, kind: "customer" | "rep" | "bot", text: string, more: object = {}) => {
    later(1);
    const author = { kind, id: kind === "customer" ? `cust-${id}` : kind === "rep" ? "sam" : "robot" };
    const message = { id: `m${++messages}`, at: new Date(clock).toISOString(), author, text, ...more };
    await send({ type: "message.created", conversation: facts(id), message });
    return message;
  };
  const happen = async (id: string, type: string, more: object = {}) => {
    later(1);
    await send({ type: `conversation.${type}`, at: new Date(clock).toISOString(), conversation: facts(id), ...more });
  };
  const seen = async (id: string) => {
    const ticket = await call("POST", "/api/tickets", {}, rep);
    const socket = new WebSocket(`${ticket.url}?ticket=${ticket.ticket}`);
    await new Promise((resolve) => socket.once("open", resolve));
    const { suggestions } = await call("GET", `/api/conversations/${id}`, undefined, rep);
    socket.send(JSON.stringify({ action: "watch", conversationId: id }));
    for (const { id: suggestionId } of suggestions) socket.send(JSON.stringify({ action: "shown", suggestionId }));
    socket.send('{"action":"ping"}');
    await new Promise<void>((resolve) => socket.on("message", (data) => String(data).includes("pong") && resolve()));
    // Marks are written one after the other, each before the next frame is read; the last one needs a moment.
    await new Promise((resolve) => setTimeout(resolve, 150));
    socket.close();
    return suggestions.findLast(({ kind }: { kind: string }) => kind === "draft");
  };
  const plain = (text: string) => text.replace(/\s?\[\d+\]/g, "");
  const conversations: string[] = [];

  /** One conversation, and what the rep made of its draft. */
  const converse = async (
    id: string,
    question: string,
    fate: "accepted" | "edited" | "rejected" | "ignored" | "unseen",
  ) => {
    say(`${id}: ${fate}`);
    conversations.push(id);
    await write(id, "customer", question);
    const draft = fate === "unseen" ? undefined : await seen(id);
    const decide = (body: object) => draft && call("POST", `/api/suggestions/${draft.id}/decision`, body, rep);
    if (fate === "accepted" || fate === "edited") await decide({ action: "inserted" });
    if (fate === "rejected") await decide({ action: "rejected", reason: "wrong", note: "An invented note" });
    const own =
      "I looked it up for you myself: this one is handled by my colleague in the other department, who will call you.";
    const text =
      draft && fate === "accepted"
        ? plain(draft.text)
        : draft && fate === "edited"
          ? `${plain(draft.text)} Have a good day, and write again whenever you like.`
          : own;
    await write(id, "rep", text);
    return draft;
  };

  /** A ticket whose webhook has ids alone; its names come from an API that is played here. */
  const named = async (id: string) => {
    conversations.push(id);
    later(1);
    await call("PUT", "/api/helpdesks/zendesk", { secret: "invented", subdomain: "acme", accessToken: "invented" });
    const real = globalThis.fetch;
    globalThis.fetch = async (input, init) => {
      const url = new URL(input instanceof Request ? input.url : input);
      if (url.hostname !== "acme.zendesk.com") return real(input, init);
      const what = url.pathname.includes("/groups/") ? { group: { name: "Invented Team" } } : { user: people[1] };
      return Response.json(what);
    };
    try {
      const at = new Date(clock).toISOString();
      const { path, headers, body } = (await sender("zendesk", "invented")).build(
        {
          type: "message.created",
          conversation: { id, customer: { id: `cust-${id}` }, assignee: { id: "300" }, team: "84" },
          message: {
            id: "900",
            at,
            author: { kind: "customer", id: `cust-${id}` },
            visibility: "public",
            text: "Hello",
          },
        },
        { nowMs: clock, deliveryId: "invented" },
      )!;
      const answer = await real(`${stage.url}/webhooks/${workspace}${path}`, { method: "POST", headers, body });
      if (answer.status !== 202) throw new Error(`The webhook answered ${answer.status}.`);
      await stage.settled();
    } finally {
      globalThis.fetch = real;
    }
  };

  await converse("c-accepted", "How long does a refund take?", "accepted");
  await write("c-accepted", "rep", "Told the warehouse.", { visibility: "internal" });
  await happen("c-accepted", "resolved");
  await happen("c-accepted", "rated", { rating: { score: 5 } });
  await converse("c-edited", "When does my parcel arrive?", "edited");
  await happen("c-edited", "resolved");
  later(300);
  await happen("c-edited", "reopened");
  await converse("c-rejected", "Can you pay out my gift card?", "rejected");
  await converse("c-ignored", "How long is the warranty on a sofa?", "ignored");
  await happen("c-ignored", "resolved");
  await converse("c-gap", "Do you sponsor football clubs in Norway?", "ignored");
  await happen("c-gap", "resolved");
  await converse("c-unseen", "Is evening delivery possible?", "unseen");
  await call("POST", "/api/measurements", { holdout: 0.5 });
  for (let n = 0; n < 6; n++) {
    await converse(`c-measured-${n}`, "How long does a refund take, please?", n % 2 ? "accepted" : "edited");
    await happen(`c-measured-${n}`, "resolved");
  }
  await call("POST", "/api/measurements/end", {});

  const { handler: nightly } = await import("@cuecard/functions/nightly");
  later((17 * dayMs) / 60_000);
  await nightly({});
  await stage.settled();

  await call("POST", "/api/measurements", { holdout: 0.3, primaryMetric: "reopened7d" });
  await converse("c-open", "How long does my refund take?", "accepted");
  await converse("c-open-2", "What does evening delivery cost?", "edited");
  const wrong = await write("c-open-2", "customer", "My address is 1 Invented Street");
  const at = new Date(clock + 30_000).toISOString();
  await send({
    type: "message.edited",
    at,
    conversation: facts("c-open-2"),
    message: { ...wrong, text: "Sorry, never mind" },
  });
  const shared = await write("c-open-2", "customer", "My card is 4111 1111 1111 1111");
  await send({
    type: "message.redacted",
    at: new Date(clock + 30_000).toISOString(),
    conversation: facts("c-open-2"),
    message: { id: shared.id },
  });
  await happen("c-open-2", "assigned", {});
  for (const body of [
    { kind: "answer", question: "How long is a gift card good?" },
    { kind: "rewrite", text: "It is three years.", instruction: "friendlier" },
    { kind: "summary" },
  ]) {
    await call("POST", "/api/conversations/c-open/suggestions", body, rep);
    await stage.settled();
  }
  await happen("c-open-2", "merged", { into: "c-open" });
  await named("c-named");
  await converse("c-gone", "How long does a refund take?", "accepted");
  await call("DELETE", "/api/customers/cust-c-gone");
  const { handler: deadletter } = await import("@cuecard/functions/deadletter");
  const job = { type: "event", workspace, conversationId: "c-open", sk: "MSG#invented" };
  await deadletter({ Records: [{ messageId: "invented", body: JSON.stringify(job) }] } as never);
  later(60);
  await nightly({});
  const all = await Promise.all(conversations.map((id) => call("GET", `/api/conversations/${id}`)));
  const suggestions = all.flatMap((one) => one.suggestions.map(({ id }: { id: string }) => id)).sort();
  return { webhookSecret: secret, importToken: token, conversations, suggestions, customer: "cust-c-open" };
}

if (process.argv[1]?.endsWith("record.ts")) {
  flags("npm run recording        (writes this version's records into test/upgrade/recordings; takes nothing)", {});
  const { version } = JSON.parse(await readFile("package.json", "utf8"));
  const dataFolder = await mkdtemp(join(tmpdir(), "cuecard-recording-"));
  const stage = await openStage(dataFolder);
  try {
    const told = await live(stage, (line) => console.error(line));
    const nowMs = Date.now();
    stage.at(nowMs, true);
    const vaultKey = await readFile(join(dataFolder, "vault.key"), "utf8");
    // Who is looking is gone by then, and so is what keeps a second request from being made at once.
    const items = (await stage.items()).filter(({ pk, sk }) => !/^[NVT]#/.test(pk) && !sk.startsWith("PACE#"));
    const found = new Set(items.map(kindOf));
    const missing = kinds.filter((kind) => !found.has(kind));
    const unknown = [...found].filter((kind) => !kinds.includes(kind));
    if (missing.length + unknown.length > 0)
      throw new Error(
        `Not recorded: ${missing.join(", ") || "none"}. Not listed in record.ts: ${unknown.join(", ") || "none"}.`,
      );
    const answers: Recording["answers"] = {};
    for (const path of questions(told.conversations, told.suggestions, told.customer))
      answers[path] = await stage.call("GET", path);
    const recording: Recording = { version, nowMs, vaultKey, ...told, answers, items: items.map(written) };
    const file = `test/upgrade/recordings/${version}.json.gz`;
    await writeFile(file, gzipSync(JSON.stringify(recording), { level: 9 }));
    console.error(
      `${items.length} records of ${kinds.length} kinds and ${Object.keys(answers).length} answers are in ${file}`,
    );
  } finally {
    await stage.stop();
  }
}
