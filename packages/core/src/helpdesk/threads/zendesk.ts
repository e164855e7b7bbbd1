/**
 * A ticket's comments. https://developer.zendesk.com/api-reference/ticketing/tickets/ticket_comments/
 * Credentials: `subdomain`, and `email` with `token`, or `accessToken`.
 */
import * as z from "zod";
import type { Event } from "../../event.ts";
import { asEdit, type Fetcher } from "../client.ts";
import { created, isBot, isOwn } from "../events.ts";
import { Email, Id, label, MaybeId, Name, parse, person, present, Subject, Tags, Time } from "../fields.ts";
import { basic, credential, getJson, nextPage } from "../http.ts";
import type { Context, Credentials } from "../port.ts";

/** 100 a page, the newest first: older ones than these no draft is written from. */
const maxPages = 3;

const Comment = z.object({
  id: Id,
  author_id: MaybeId,
  body: z.string().nullish(),
  plain_body: z.string().nullish(),
  html_body: z.string().nullish(),
  public: z.boolean(),
  attachments: z.array(z.unknown()).optional().catch(undefined),
  created_at: Time,
});
const User = z.object({ id: Id, name: Name, email: Email, role: label(40) });
const Page = z.object({
  comments: z.array(Comment),
  users: z.array(User).optional(),
  meta: z.object({ has_more: z.boolean().optional() }).optional(),
  links: z.object({ next: z.unknown().optional() }).optional(),
});
const Ticket = z.object({
  ticket: z.object({
    id: Id,
    subject: Subject,
    requester_id: MaybeId,
    assignee_id: MaybeId.nullable(),
    group_id: MaybeId.nullable(),
    tags: Tags,
    via: z
      .object({ channel: label(100) })
      .optional()
      .catch(undefined),
  }),
});
type Ticket = z.infer<typeof Ticket>["ticket"];
type User = z.infer<typeof User>;

/** A ticket in the API, without its `.json`. */
export const ticketUrl = (credentials: Credentials, id: string): string =>
  `https://${credential(credentials, "subdomain", /^[a-z0-9][a-z0-9-]*$/i)}.zendesk.com/api/v2/tickets/${encodeURIComponent(id)}`;

export function authorization(credentials: Credentials): string {
  if (credentials.accessToken) return `Bearer ${credentials.accessToken}`;
  return basic(`${credential(credentials, "email")}/token`, credential(credentials, "token"));
}

function factsOf(ticket: Ticket, users: Map<string, User>) {
  const known = (id: string | undefined) => person(users.get(id ?? "") ?? { id });
  return present({
    id: ticket.id,
    subject: ticket.subject,
    channel: ticket.via?.channel,
    customer: known(ticket.requester_id),
    assignee: ticket.assignee_id ? known(ticket.assignee_id) : (ticket.assignee_id as null | undefined),
    team: ticket.group_id,
    tags: ticket.tags,
  });
}

function eventOf(
  comment: z.infer<typeof Comment>,
  facts: ReturnType<typeof factsOf>,
  users: Map<string, User>,
  context: Context,
): Promise<Event> {
  const id = comment.author_id;
  const user = users.get(id ?? "");
  // Without its user, whoever is not the requester is staff: a note must never pass for a customer's words.
  const staff = user?.role === undefined ? id !== facts.customer?.id : user.role !== "end-user";
  return created(facts, {
    id: comment.id,
    at: comment.created_at,
    kind: id === "-1" || isBot(context, id) ? "bot" : staff ? "rep" : "customer",
    author: user ?? { id },
    internal: !comment.public,
    text: comment.plain_body || comment.body,
    html: comment.html_body,
    attachments: comment.attachments?.length,
  });
}

export const fetched: Fetcher = async (what, credentials, deps, context) => {
  const base = ticketUrl(credentials, what.conversationId);
  const request = { headers: { authorization: authorization(credentials) } };
  const { ticket } = parse(Ticket, await getJson(new URL(`${base}.json`), request, deps), "ticket");
  const comments: z.infer<typeof Comment>[] = [];
  const users = new Map<string, User>();
  let url: URL | undefined = new URL(`${base}/comments.json?sort=-created_at&page[size]=100&include=users`);
  for (let n = 0; url && n < maxPages; n++) {
    const page: z.infer<typeof Page> = parse(Page, await getJson(url, request, deps), "comments");
    comments.push(...page.comments);
    for (const user of page.users ?? []) users.set(user.id, user);
    url = page.meta?.has_more ? nextPage(page.links?.next, url) : undefined;
  }
  const facts = factsOf(ticket, users);
  const foreign = comments.filter((comment) => !isOwn(context, comment.author_id));
  const events = await Promise.all(foreign.map((comment) => eventOf(comment, facts, users, context)));
  return what.what === "message" ? asEdit(events, what) : events;
};
