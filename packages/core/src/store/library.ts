/** The indexes a process reads: one copy of each, loaded when first asked for. */
import type { Index, Learned } from "../lookup/lookup.ts";
import type { ReplyIndex } from "../lookup/replies.ts";
import * as packed from "./packed.ts";
import type { Table } from "./port.ts";

export type Library = {
  policies(table: Table, workspace: string): Promise<Index | undefined>;
  replies(table: Table, workspace: string): Promise<ReplyIndex | undefined>;
  learned(table: Table, workspace: string): Promise<Learned | undefined>;
};

/** What unpacks is loaded while the chunks are read: a function that only asks for a library starts without stemmers. */
export const library = (): Library => ({
  policies: packed.cached("policies", async (bytes) => (await import("../lookup/lookup.ts")).unpack(bytes)),
  replies: packed.cached("replies", async (bytes) => (await import("../lookup/replies.ts")).unpackReplies(bytes)),
  learned: packed.cached("learned", async (bytes) => (await import("../lookup/lookup.ts")).unpackLearned(bytes)),
});
