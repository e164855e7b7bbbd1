/** What is kept of an event, beside an erasure and with as few calls as it takes. */

import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { begin, erase, eraseAgain } from "@cuecard/core/erasure";
import { Event } from "@cuecard/core/event";
import { append, listed, messages } from "@cuecard/core/store/conversations";
import { dynamoTable } from "@cuecard/core/store/dynamo";
import type { Table } from "@cuecard/core/store/port";
import { expect, onTestFinished, test } from "vitest";
import { tabled } from "./tabled.ts";

const table = tabled();
const nowMs = Date.parse("2026-03-02T10:00:00Z");
const expiresAt = nowMs / 1_000 + 86_400;
const says = (kind: "customer" | "rep", conversation: string, customer: string | undefined, text: string): Event =>
  Event.parse({
    type: "message.created",
    conversation: { id: conversation, ...(customer ? { customer: { id: customer } } : {}) },
    message: {
      id: `m-${kind}-${text.length}`,
      at: new Date(nowMs - 1_000).toISOString(),
      author: { kind, ...(kind === "rep" ? { id: "ada" } : {}) },
      visibility: "public",
      text,
    },
  });

test("an erasure that runs while an event is being kept finds it at its second pass", async () => {
  const workspace = "append-race";
  let looked = () => {};
  const afterLook = new Promise<void>((resolve) => {
    looked = resolve;
  });
  let list = "";
  let firstPass: { erased: number } | undefined;
  // The whole first pass falls between the look at the tombstones and the line in the customer's list.
  const between: Table = {
    ...table(),
    async get(key, options) {
      const item = await table().get(key, options);
      looked();
      return item;
    },
    async put(item, condition) {
      if (item.sk.startsWith("C#")) {
        await afterLook;
        list = await begin(table(), workspace, "cora", nowMs);
        firstPass = await erase(table(), workspace, list);
      }
      return table().put(item, condition);
    },
  };
  const event = says("customer", "c-race", "cora", "My name is Cora Quist");
  expect(await append(between, workspace, event, nowMs, expiresAt, listed())).toBe("stored");
  expect(firstPass).toMatchObject({ erased: 0 });
  const text = async () => (await messages(table(), workspace, "c-race")).map((message) => message.text);
  expect(await text()).toEqual(["My name is Cora Quist"]);
  await eraseAgain(table(), workspace, list);
  expect(await text()).toEqual([""]);
  expect(await append(table(), workspace, event, nowMs, expiresAt, listed())).toBe("erased");
});

test("what was looked at for a customer's message is not looked at again for the rep's", async () => {
  const calls: string[] = [];
  const counted: Table = {
    ...table(),
    get(key, options) {
      calls.push("get");
      return table().get(key, options);
    },
    put(item, condition) {
      calls.push(`put ${item.sk.split("#")[0]}`);
      return table().put(item, condition);
    },
  };
  const seen = listed();
  const keep = async (event: Event) => {
    calls.length = 0;
    expect(await append(counted, "append-calls", event, nowMs, expiresAt, seen)).toBe("stored");
    return [...calls].sort();
  };
  expect(await keep(says("customer", "c-calls", "cora", "Hello"))).toEqual(["get", "get", "put C", "put MSG"]);
  expect(await keep(says("rep", "c-calls", undefined, "Good morning"))).toEqual(["put MSG"]);
  expect(await keep(says("customer", "c-calls", "cora", "It broke."))).toEqual(["put MSG"]);
  // Nothing is known of a customer from a message that named none.
  expect(await keep(says("rep", "c-other", undefined, "Good morning"))).toEqual(["get", "put MSG"]);
  expect(await keep(says("customer", "c-other", "cora", "Hello!"))).toEqual(["get", "get", "put C", "put MSG"]);
});

test("reads that are asked for together are one call, the stronger of what was asked", async () => {
  const sent: { name: string; input: unknown }[] = [];
  const client = new DynamoDBClient({
    endpoint: "http://127.0.0.1:9",
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  onTestFinished(() => client.destroy());
  client.middlewareStack.add(
    (_next, context) => async (args) => {
      sent.push({ name: String(context.commandName), input: args.input });
      return { output: { Responses: { t: [{ pk: { S: "a" }, sk: { S: "1" } }] }, $metadata: {} }, response: {} };
    },
    { step: "initialize", priority: "low" },
  );
  const own = dynamoTable("t", client);
  const both = await Promise.all([
    own.get({ pk: "a", sk: "1" }),
    own.get({ pk: "b", sk: "1" }, { consistent: false }),
    own.get({ pk: "a", sk: "1" }, { consistent: false }),
  ]);
  expect(both).toEqual([{ pk: "a", sk: "1" }, undefined, { pk: "a", sk: "1" }]);
  const weak = [
    own.get({ pk: "a", sk: "1" }, { consistent: false }),
    own.get({ pk: "b", sk: "1" }, { consistent: false }),
  ];
  await Promise.all(weak);
  const asked = (consistent: boolean) => ({
    name: "BatchGetItemCommand",
    input: {
      RequestItems: {
        t: {
          ConsistentRead: consistent,
          Keys: [
            { pk: { S: "a" }, sk: { S: "1" } },
            { pk: { S: "b" }, sk: { S: "1" } },
          ],
        },
      },
    },
  });
  expect(sent).toEqual([asked(true), asked(false)]);
});
