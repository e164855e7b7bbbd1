/** What the handlers are given. This file alone reads the links (`Resource`) and the environment; each part is made when first asked for. */
import { randomUUID } from "node:crypto";
import type { Channel } from "@cuecard/core/channel/port";
import { dynamoTable } from "@cuecard/core/store/dynamo";
import { pseudonyms, type Vault, vault } from "@cuecard/core/vault";
import { Resource } from "sst";
import type { Send } from "./jobs.ts";
import { carrying } from "./trace.ts";

const once = <T>(make: () => T) => {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
};

let clock: () => number = Date.now;
/** A whole run on invented time, as a simulation is; nothing that is deployed calls this. */
export const runOn = (other: () => number): void => {
  clock = other;
};
export const now = () => clock();
export const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
export const random = () => randomUUID();
export const table = once(() => dynamoTable(Resource.Table.name));
export const secrets: () => Vault = once(() => vault(Resource.VaultKey.value));
/** What reports call reps where they do not name them. */
export const pseudonym = once(() => pseudonyms(Resource.VaultKey.value));

/** The queue's client is loaded by those who send alone. */
export const send: () => Promise<Send> = once(async () =>
  carrying((await import("./jobs.ts")).sender(Resource.Jobs.url)),
);
export const channel: () => Promise<Channel> = once(async () =>
  (await import("@cuecard/core/channel/websocket")).websocketChannel(Resource.Channel.managementEndpoint),
);
/** For who sets a stage up: its name, and where pages, API and webhooks are reached. */
export const stageName = () => Resource.App.stage;
export const frontUrl = () => Resource.Front.url;
export const channelUrl = () => Resource.Channel.url;

/** Empty on a stage where nobody has set up sign-in: then no token is good. */
export const sessionKey = () => Resource.SessionKey.value;
/** The provider people sign in at; empty where there is none. */
export const identityProvider = () => Resource.Identity;

/** Whether help centres on private addresses may be read: one that a firm runs in its own network. */
export const privateImports = () => process.env.CUECARD_IMPORT_PRIVATE === "1";

/** Whether models and helpdesks that an admin names may be on private addresses: on one's own machine they are. */
const privateAddresses = () => process.env.CUECARD_PRIVATE_ADDRESSES === "1";
/** For addresses that a workspace's admin has named. */
export const reach: typeof fetch = async (input, init) =>
  privateAddresses() ? fetch(input, init) : (await import("./reach.ts")).reach({ privateToo: false })(input, init);

/** The stage's own embedding model, for workspaces that use the stage's address. None: passages are found by words alone. */
export const stageEmbeddingModel = () => process.env.CUECARD_EMBEDDING_MODEL || undefined;

/** The stage's own model, used by workspaces without one of theirs. No key: the embedded engine. */
export const stageModel = () => ({
  apiKey: Resource.ModelKey.value,
  model: process.env.CUECARD_MODEL || "gpt-5-mini",
  baseURL: process.env.OPENAI_BASE_URL || undefined,
});
