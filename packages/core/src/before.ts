/** What a run reads before it knows what to do; apart from `context.ts`, which loads all that looking up needs. */
import type { Index, Learned } from "./lookup/lookup.ts";
import type { ReplyIndex } from "./lookup/replies.ts";
import * as conversations from "./store/conversations.ts";
import type { Library } from "./store/library.ts";
import type { Table } from "./store/port.ts";
import { type Watcher, watchers } from "./store/presence.ts";
import { recent } from "./store/suggestions.ts";
import type { Whole } from "./suggestion.ts";
import { together } from "./together.ts";

type Deps = { table: Table; library: Library; now: () => number };

export type Before = {
  messages: conversations.StoredMessage[];
  watching: Watcher[];
  older: Whole[];
  shelf: Shelf | undefined;
};
export type Shelf = { policies: Index | undefined; learned: Learned | undefined; replies: ReplyIndex | undefined };

/**
 * `watching`, `older`, `shelf`: what the caller has read, or knows. Unless a draft is `wanted`, the indexes are not looked up; and
 * where nothing was ever suggested either, nothing can follow, and the messages are not read.
 */
export async function readBefore(
  { table, library, now }: Deps,
  workspace: string,
  conversationId: string,
  given: { watching?: Watcher[]; older?: Whole[]; shelf?: Promise<Shelf> | undefined; wanted?: boolean } = {},
): Promise<Before> {
  const { wanted = true } = given;
  const read = () => conversations.messages(table, workspace, conversationId);
  const [told, older, watched, shelf] = await together([
    wanted ? read() : undefined,
    given.older ?? recent(table, workspace, conversationId, 40),
    given.watching ?? watchers(table, workspace, conversationId, now()),
    wanted ? (given.shelf ?? readShelf(library, table, workspace)) : undefined,
  ]);
  const messages = told ?? (older.length > 0 ? await read() : []);
  return { messages, watching: watched, older, shelf };
}

export async function readShelf(library: Library, table: Table, workspace: string): Promise<Shelf> {
  const [policies, learned, replies] = await Promise.all([
    library.policies(table, workspace),
    library.learned(table, workspace),
    library.replies(table, workspace),
  ]);
  return { policies, learned, replies };
}
