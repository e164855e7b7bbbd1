/** Where each record lies. One table: `pk` is what is read together, `sk` is the order in which it is read. */
import { createHash } from "node:crypto";
import type { Key } from "./port.ts";

export const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/** What belongs to one workspace as a whole: settings, helpdesks, people, measurements, audit. */
export const workspacePk = (workspace: string) => `W#${workspace}`;
export const settings = (workspace: string): Key => ({ pk: workspacePk(workspace), sk: "SETTINGS" });
export const helpdesk = (workspace: string, name: string): Key => ({
  pk: workspacePk(workspace),
  sk: `HELPDESK#${name}`,
});
/** When a helpdesk was last heard of. */
export const helpdeskSeen = (workspace: string, name: string): Key => ({
  pk: workspacePk(workspace),
  sk: `SEEN#${name}`,
});
/** When something was last done that may be done only so often. */
export const pace = (workspace: string, what: string): Key => ({ pk: workspacePk(workspace), sk: `PACE#${what}` });
export const rep = (workspace: string, id: string): Key => ({ pk: workspacePk(workspace), sk: `REP#${id}` });
export const person = (workspace: string, email: string): Key => ({
  pk: workspacePk(workspace),
  sk: `PERSON#${email}`,
});
export const token = (workspace: string, id: string): Key => ({ pk: workspacePk(workspace), sk: `TOKEN#${id}` });
/** What the lookup asked of a provider that day. */
export const spent = (workspace: string, day: string, what: string): Key => ({
  pk: workspacePk(workspace),
  sk: `SPENT#${day}#${what}`,
});
/** Who is giving the passages their vectors just now. */
export const embedding = (workspace: string): Key => ({ pk: `X#${workspace}`, sk: "EMBEDDING" });
export const closedDay = (workspace: string, day: string): Key => ({ pk: workspacePk(workspace), sk: `DAY#${day}` });
export const gap = (workspace: string, day: string, suggestionId: string): Key => ({
  pk: `G#${workspace}`,
  sk: `${day}#${sha256(suggestionId).slice(0, 16)}`,
});
export const auditPk = (workspace: string) => `U#${workspace}`;
export const audit = (workspace: string, at: string, nonce: string): Key => ({
  pk: auditPk(workspace),
  sk: `${at}#${nonce}`,
});

/** Articles, and the packed search index made of them. */
export const articlesPk = (workspace: string) => `P#${workspace}`;
export const article = (workspace: string, id: string): Key => ({ pk: articlesPk(workspace), sk: `ART#${id}` });
export const packedHead = (workspace: string, what: string): Key => ({ pk: `X#${workspace}`, sk: `HEAD#${what}` });
export const packedChunk = (workspace: string, what: string, version: string, n: number): Key => ({
  pk: `X#${workspace}`,
  sk: `CHUNK#${what}#${version}#${String(n).padStart(4, "0")}`,
});
/** Past replies that were imported, and lessons: what became of suggestions, by their time. */
export const examplesPk = (workspace: string) => `E#${workspace}`;
export const lesson = (workspace: string, createdAt: string, suggestionId: string): Key => ({
  pk: examplesPk(workspace),
  sk: `SENT#${createdAt}#${sha256(suggestionId).slice(0, 16)}`,
});

/** One conversation: its header, its events, its suggestions, its outcome. */
export const conversationPk = (workspace: string, id: string) => `C#${workspace}#${id}`;
export const conversation = (workspace: string, id: string): Key => ({ pk: conversationPk(workspace, id), sk: "CONV" });
export const message = (workspace: string, conversationId: string, at: string, id: string): Key => ({
  pk: conversationPk(workspace, conversationId),
  sk: `MSG#${at}#${id}`,
});
export const event = (workspace: string, conversationId: string, type: string, at: string, id = ""): Key => ({
  pk: conversationPk(workspace, conversationId),
  sk: `EVT#${type}#${at}${id ? `#${id}` : ""}`,
});
/** A draft that nobody sees. */
export const shadow = (workspace: string, conversationId: string, turn: string): Key => ({
  pk: conversationPk(workspace, conversationId),
  sk: `SHD#${turn}`,
});
export const outcome = (workspace: string, conversationId: string): Key => ({
  pk: conversationPk(workspace, conversationId),
  sk: "OUT",
});

/** A customer's conversations, listed before anything personal is written, so that an erasure finds them all. Hashed: a key is never erased. */
export const customerPk = (workspace: string, customerId: string) =>
  `K#${workspace}#${sha256(`${workspace}\n${customerId}`)}`;
export const customerConversation = (workspace: string, customerId: string, conversationId: string): Key => ({
  pk: customerPk(workspace, customerId),
  sk: `C#${conversationId}`,
});

/** What a helpdesk's API calls somebody begins so. */
export const named = "NAMED#";
/** Of a customer: among what is listed under them, so that an erasure finds it. */
export const customerName = (workspace: string, helpdesk: string, customerId: string): Key => ({
  pk: customerPk(workspace, customerId),
  sk: `${named}${helpdesk}`,
});
export const teamNames = `${named}team#`;
export const name = (workspace: string, helpdesk: string, who: "rep" | "team", id: string): Key => ({
  pk: workspacePk(workspace),
  sk: `${named}${who}#${helpdesk}#${id}`,
});

/** Says that the customer of this list was erased, and when. It is a hash: nobody can read from it who that was. */
export const tombstoneKey = (listPk: string): Key => ({ pk: listPk, sk: "TOMBSTONE" });
/** The same of a conversation, for events that name no customer. It outlives the conversation's rows, hence a hash too. */
export const conversationTombstone = (workspace: string, id: string): Key => ({
  pk: `K#${workspace}#${sha256(`${workspace}\nconversation\n${id}`)}`,
  sk: "TOMBSTONE",
});

/** Who is looking. Short-lived. */
export const connection = (id: string): Key => ({ pk: `N#${id}`, sk: "CONNECTION" });
export const watchPk = (workspace: string, conversationId: string) => `V#${workspace}#${conversationId}`;
export const watch = (workspace: string, conversationId: string, connectionId: string): Key => ({
  pk: watchPk(workspace, conversationId),
  sk: connectionId,
});
export const watchOf = (connectionId: string, conversationId: string): Key => ({
  pk: `N#${connectionId}`,
  sk: `WATCH#${conversationId}`,
});
export const ticket = (value: string): Key => ({ pk: `T#${sha256(value)}`, sk: "TICKET" });

/** Which workspaces a person belongs to: all that is known of somebody who is about to sign in is an e-mail. */
export const membershipPk = (email: string) => `I#${sha256(email)}`;
export const membership = (email: string, workspace: string): Key => ({ pk: membershipPk(email), sk: workspace });
/** A sign-in that was used. */
export const signIn = (nonce: string): Key => ({ pk: `T#${sha256(nonce)}`, sk: "SIGNIN" });

/** A job that failed for good; ids only. */
export const deadLettersPk = "D";

/** The report index: suggestions, outcomes and unseen drafts by workspace and day, within the day by team. */
export const suggestionsOfDay = (workspace: string, day: string) => `S#${workspace}#${day}`;
export const outcomesOfDay = (workspace: string, day: string) => `O#${workspace}#${day}`;
export const shadowsOfDay = (workspace: string, day: string) => `H#${workspace}#${day}`;

/** Where articles are imported from, and what lies open for a lead: replies that could become articles. */
export const importSource = (workspace: string, id: string): Key => ({
  pk: workspacePk(workspace),
  sk: `IMPORT#${id}`,
});
export const proposalsPk = (workspace: string) => `Q#${workspace}`;
export const proposal = (workspace: string, id: string): Key => ({ pk: proposalsPk(workspace), sk: `PROP#${id}` });
