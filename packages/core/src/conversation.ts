/** What a conversation is, made of its events. Merging is free of order and repetition: a field changes only by a newer event. */
import type { Arm } from "./arm.ts";
import { type ConversationFacts, type Event, type Message, timeOf } from "./event.ts";
import type { Called, Who } from "./helpdesk/directory.ts";
import type { ConversationView, MessageView } from "./protocol.ts";
import type { Stored } from "./store/port.ts";
import { turnKey } from "./store/suggestion-id.ts";

type Dated<T> = { value: T; at: string };

/** The header. Every field that an event may change carries the time of the event that set it. */
export type Header = Stored & {
  id: string;
  subject?: Dated<string>;
  channel?: Dated<string>;
  customer?: Dated<NonNullable<ConversationFacts["customer"]>>;
  assignee?: Dated<ConversationFacts["assignee"]>;
  team?: Dated<string | null>;
  tags?: Dated<string[]>;
  status?: Dated<"open" | "resolved">;
  /** It was resolved, rated or reopened at least once: from then on every message may change its outcome. */
  hadEnd?: true;
  /** A message of it was edited or redacted: only then is it looked for what came before its message. */
  amended?: true;
  language?: Dated<string>;
  firstCustomer?: { at: string; id: string };
  lastCustomer?: { at: string; id: string };
  arm?: Arm;
  measurement?: string | null;
  /** What was drawn, where it was not the conversation: a rep's week. */
  unit?: string;
  /** Why the measurement leaves it out; known before the draw. */
  exempt?: string;
  /** The workspace's day on which the arm was drawn; the conversation belongs to it for good. */
  day?: string;
  /** Team at that time, for the index. */
  indexTeam?: string;
  /** What was known at that time: whose it was, and what it is about as far as the helpdesk says. Nothing later changes it. */
  atDraw?: { rep?: string; topic: string };
  /** Server time of "help me anyway". */
  anywayAt?: string;
  mergedInto?: Dated<string>;
  /**
   * What the helpdesk's API says the ids above are called. Beside the facts, not among them: it holds for whomever the facts name, so
   * it does not matter when it was read, and an event that gives the id alone takes no name away.
   */
  names?: Partial<Record<Who, Called & { id: string }>>;
  erased?: boolean;
  /** Of the demo’s made-up history. */
  simulated?: boolean;
};

/** At the same instant the greater text wins, so that any order ends the same. */
function newer<T>(old: Dated<T> | undefined, value: T | undefined, at: string): Dated<T> | undefined {
  if (value === undefined) return old;
  if (!old || at > old.at) return { value, at };
  if (at === old.at && JSON.stringify(value) > JSON.stringify(old.value)) return { value, at };
  return old;
}

const facts = ["subject", "channel", "customer", "assignee", "team", "tags"] as const;

/** The header after an event; the same object when nothing changed. `language` is that of the event's message, if it is sure. */
export function merge(header: Header, event: Event, language?: string): Header {
  const at = timeOf(event);
  const next: Header = { ...header };
  for (const field of facts)
    Object.assign(next, defined(field, newer(header[field] as Dated<unknown>, event.conversation[field], at)));
  if (/^conversation\.(resolved|reopened|rated)$/.test(event.type)) next.hadEnd = true;
  if (event.type === "message.edited" || event.type === "message.redacted") next.amended = true;
  if (event.type === "conversation.resolved")
    Object.assign(next, defined("status", newer(header.status, "resolved", at)));
  if (event.type === "conversation.reopened") Object.assign(next, defined("status", newer(header.status, "open", at)));
  if (event.type === "conversation.merged")
    Object.assign(next, defined("mergedInto", newer(header.mergedInto, event.into, at)));
  if (event.type === "message.created" && isFromCustomer(event.message)) {
    const mark = { at: event.message.at, id: event.message.id };
    if (!header.firstCustomer || order(mark, header.firstCustomer) < 0) next.firstCustomer = mark;
    if (!header.lastCustomer || order(mark, header.lastCustomer) > 0) next.lastCustomer = mark;
    // Whoever writes again opens the conversation again, whether or not the helpdesk says so.
    Object.assign(next, defined("status", newer(header.status, "open", at)));
    Object.assign(next, defined("language", newer(header.language, language, at)));
  }
  return JSON.stringify(next) === JSON.stringify(header) ? header : next;
}

const defined = (field: string, value: unknown) => (value === undefined ? {} : { [field]: value });

export const order = (a: { at: string; id: string }, b: { at: string; id: string }) =>
  a.at < b.at ? -1 : a.at > b.at ? 1 : a.id < b.id ? -1 : a.id > b.id ? 1 : 0;

export const isFromCustomer = (message: Message) =>
  message.author.kind === "customer" && message.visibility === "public";
/** What a rep really sent; a bot's message is nobody's reply, a note is none. */
export const isReply = (message: Message) => message.author.kind === "rep" && message.visibility === "public";

export type Turn = { key: string; at: string; messages: Message[] };

/**
 * The customer's last words that nobody has answered yet; undefined when a rep was last. A bot in between does not
 * answer. `messages` is in order of time.
 */
export function openTurn(messages: Message[]): Turn | undefined {
  const turn: Message[] = [];
  for (const message of messages.toReversed()) {
    if (isReply(message)) break;
    if (isFromCustomer(message)) turn.unshift(message);
  }
  const last = turn.at(-1);
  return last && { key: turnKey(last.at, last.id), at: last.at, messages: turn };
}

/** The key of the last turn at a time: what a reply sent then answers. */
export function turnBefore(messages: Message[], at: string): string | undefined {
  const last = messages.filter((message) => isFromCustomer(message) && message.at <= at).at(-1);
  return last && turnKey(last.at, last.id);
}

/** The customer, by name where anybody has told it. */
export const customerOf = ({ customer, names }: Header) => customer && { ...calledBy(customer.value, names?.customer) };
/** The rep it is assigned to; undefined where it is nobody's. */
export const assigneeOf = ({ assignee, names }: Header) =>
  assignee?.value ? { ...calledBy(assignee.value, names?.rep) } : undefined;

type Person = NonNullable<ConversationFacts["customer"]>;
const calledBy = (person: Person, read: (Called & { id: string }) | undefined): Person =>
  read === undefined || read.id !== person.id ? person : { ...read, ...person };

/** The ids among the facts that have no name yet. */
export function unnamed({ customer, assignee, team, names }: Header): { who: Who; id: string }[] {
  const ids: Record<Who, string | null | undefined> = {
    customer: customer?.value.name === undefined ? customer?.value.id : undefined,
    rep: assignee?.value?.name === undefined ? assignee?.value?.id : undefined,
    team: team?.value,
  };
  return (Object.keys(ids) as Who[]).flatMap((who) => {
    const id = ids[who];
    return id && names?.[who]?.id !== id ? [{ who, id }] : [];
  });
}

/** With the name, if this id is still what the facts name and has none; else the same object. */
export function withName(header: Header, who: Who, id: string, called: Called): Header {
  if (!unnamed(header).some((one) => one.who === who && one.id === id)) return header;
  return { ...header, names: { ...header.names, [who]: { id, ...called } } };
}

export const viewMessage = ({
  id,
  at,
  author: { kind, id: authorId, name },
  visibility,
  text,
  truncated,
}: Message): MessageView => ({
  id,
  at,
  author: { kind, ...(authorId ? { id: authorId } : {}), ...(name ? { name } : {}) },
  visibility,
  text,
  ...(truncated ? { truncated } : {}),
});

export function view(header: Header, assistWhen?: ConversationView["assistWhen"]): ConversationView {
  const customer = customerOf(header);
  const assignee = assigneeOf(header);
  const teamName = header.names?.team?.id === header.team?.value ? header.names?.team?.name : undefined;
  return {
    id: header.id,
    ...(header.subject ? { subject: header.subject.value } : {}),
    ...(header.channel ? { channel: header.channel.value } : {}),
    ...(header.team?.value ? { team: header.team.value } : {}),
    ...(header.team?.value && teamName ? { teamName } : {}),
    status: header.status?.value ?? "open",
    ...(header.language ? { language: header.language.value } : {}),
    ...(header.arm ? { arm: header.arm } : {}),
    ...(header.anywayAt ? { anyway: true } : {}),
    ...(customer ? { customer: customer.name === undefined ? {} : { name: customer.name } } : {}),
    ...(assignee
      ? { assignee: { ...(assignee.id ? { id: assignee.id } : {}), ...(assignee.name ? { name: assignee.name } : {}) } }
      : {}),
    ...(assistWhen ? { assistWhen } : {}),
  };
}
