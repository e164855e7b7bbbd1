/** What a run reads before it knows what to do; apart from `context.ts`, which loads all that looking up needs. */
import type { Index, Learned } from "./lookup/lookup.ts";
import type { ReplyIndex } from "./lookup/replies.ts";
import * as conversations from "./store/conversations.ts";
import type { Library } from "./store/library.ts";
import type { Table } from "./store/port.ts";
import { watchers } from "./store/presence.ts";
import { recent } from "./store/suggestions.ts";
import type { Whole } from "./suggestion.ts";
import { together } from "./together.ts";

type Deps = { table: Table; library: Library; now: () => number };

export type Before = {
  messages: conversations.StoredMessage[];
  watching: string[];
  older: Whole[];
  shelf: Shelf | undefined;
};
export type Shelf = { policies: Index | undefined; learned: Learned | undefined; replies: ReplyIndex | undefined };

/**
 * `wanted`: whether a draft may follow from who watches; then the indexes are looked up in the same breath. Where nobody
 * watches and nothing was ever suggested, nothing can follow, and the messages are not read.
 */
export async function readBefore(
  { table, library, now }: Deps,
  workspace: string,
  conversationId: string,
  wanted: (watching: string[]) => boolean = () => true,
): Promise<Before> {
  const read = () => conversations.messages(table, workspace, conversationId);
  const early = wanted([]) ? read() : undefined;
  const [told, older, { watching, shelf }] = await together([
    early,
    recent(table, workspace, conversationId, 40),
    watchers(table, workspace, conversationId, now()).then(async (watching) => ({
      watching,
      shelf: wanted(watching) ? await readShelf(library, table, workspace) : undefined,
    })),
  ]);
  const messages = told ?? (watching.length > 0 || older.length > 0 ? await read() : []);
  return { messages, watching, older, shelf };
}

export async function readShelf(library: Library, table: Table, workspace: string): Promise<Shelf> {
  const [policies, learned, replies] = await Promise.all([
    library.policies(table, workspace),
    library.learned(table, workspace),
    library.replies(table, workspace),
  ]);
  return { policies, learned, replies };
}
