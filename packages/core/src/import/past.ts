/**
 * Past conversations and saved replies from a helpdesk's API, to learn from: those that are over, newest first, so that what is
 * cut off is the oldest. The threads are read as the webhooks' fetches read them.
 */
import * as z from "zod";
import { AppError } from "../error.ts";
import type { Event } from "../event.ts";
import { fetched } from "../helpdesk/client.ts";
import { Id, parse } from "../helpdesk/fields.ts";
import { htmlToText } from "../helpdesk/html.ts";
import { type Deps, getJson, nextPage } from "../helpdesk/http.ts";
import type { Credentials } from "../helpdesk/port.ts";
import { apiOrigin } from "../helpdesk/threads/intercom.ts";
import { authorization } from "../helpdesk/threads/zendesk.ts";
import type { PastConversation } from "./history.ts";

type SavedReply = { id: string; title: string; reply: string };
export type Past = { conversations: PastConversation[]; saved: SavedReply[]; error?: AppError };

type Helpdesk = {
  name: string;
  credentials: Credentials;
  /** Ids of conversations that are over, page by page. */
  over(deps: Deps): AsyncGenerator<string[]>;
  saved(deps: Deps): Promise<SavedReply[]>;
};

/** Each is one or two requests; a helpdesk allows a few hundred a minute. */
const atOnce = 4;

/**
 * `token`: Zendesk `email:token` or an OAuth token, Intercom an access token. Throws `AppError("input", …)` where the address or
 * the token is none. A failure on the way is given as `error`, beside what was read until then.
 */
export async function readPast(url: URL, token: string | undefined, limit: number, deps: Deps): Promise<Past> {
  const helpdesk = helpdeskOf(url, token);
  const past: Past = { conversations: [], saved: [] };
  try {
    past.saved = await helpdesk.saved(deps);
    for await (const ids of helpdesk.over(deps)) {
      for (let at = 0; at < ids.length && past.conversations.length < limit; at += atOnce) {
        const some = ids.slice(at, Math.min(at + atOnce, at + limit - past.conversations.length));
        const read = await Promise.all(some.map((id) => conversationOf(helpdesk, id, deps)));
        past.conversations.push(...read.filter((one) => one !== undefined));
      }
      if (past.conversations.length >= limit) break;
    }
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    past.error = error;
  }
  return past;
}

async function conversationOf({ name, credentials }: Helpdesk, id: string, deps: Deps) {
  const events = await fetched(name, { what: "thread", conversationId: id }, credentials, deps).catch((error) => {
    if (error instanceof AppError && error.kind === "missing") return []; // deleted since it was listed
    throw error;
  });
  return pastOf(`${name}-${id}`, events);
}

/** What was said in public; nothing where no rep or no customer wrote. */
function pastOf(id: string, events: Event[]): PastConversation | undefined {
  const said = events.filter((event) => event.type === "message.created");
  const messages = said.map(({ message }) => message).filter(({ visibility }) => visibility === "public");
  const turns = messages.map(({ author, text }) => ({ author: author.kind, text })).filter(({ text }) => text.trim());
  if (!turns.some(({ author }) => author === "rep") || !turns.some(({ author }) => author === "customer"))
    return undefined;
  const names = (kind: "customer" | "rep") =>
    messages.flatMap(({ author }) => (author.kind === kind && author.name ? [author.name] : []));
  const customer = said.find(({ conversation }) => conversation.customer?.name)?.conversation.customer?.name;
  const customerName = customer ?? names("customer")[0];
  const colleagues = [...new Set(names("rep"))];
  return { id, turns, ...(customerName ? { customerName } : {}), ...(colleagues.length > 0 ? { colleagues } : {}) };
}

function helpdeskOf(url: URL, token: string | undefined): Helpdesk {
  const acme = /^([a-z0-9][a-z0-9-]*)\.zendesk\.com$/i.exec(url.hostname)?.[1];
  const region = /^api(?:\.(eu|au))?\.intercom\.io$/i.exec(url.hostname);
  if (!acme && !region)
    throw new AppError(
      "input",
      "history_address",
      "Past conversations are read from https://NAME.zendesk.com or https://api.intercom.io (api.eu., api.au.).",
      "history",
    );
  if (!token)
    throw new AppError("input", "token_missing", "Past conversations need a token: set CUECARD_IMPORT_TOKEN.", "token");
  if (region) return intercom({ token, region: region[1]?.toLowerCase() ?? "us" });
  const at = token.indexOf(":");
  const own: Credentials =
    at < 0 ? { accessToken: token } : { email: token.slice(0, at).replace(/\/token$/, ""), token: token.slice(at + 1) };
  return zendesk({ subdomain: acme!, ...own });
}

const Status = z.string().catch("");
const More = {
  meta: z.object({ has_more: z.boolean().optional() }).optional(),
  links: z.object({ next: z.unknown().optional() }).optional(),
};
const Tickets = z.object({ tickets: z.array(z.object({ id: Id, status: Status })), ...More });
const Macros = z.object({
  macros: z.array(
    z.object({
      id: Id,
      title: z.string().catch(""),
      active: z.boolean().catch(true),
      actions: z.array(z.object({ field: z.string(), value: z.unknown() })).catch([]),
    }),
  ),
  ...More,
});

/** `GET /api/v2/tickets` and `/api/v2/macros`, cursor pagination (developer.zendesk.com, Ticketing API). */
function zendesk(credentials: Credentials): Helpdesk {
  const headers = { authorization: authorization(credentials) };
  async function* pages<T extends z.infer<z.ZodObject<typeof More>>>(schema: z.ZodType<T>, path: string, deps: Deps) {
    let url: URL | undefined = new URL(`/api/v2/${path}`, `https://${credentials.subdomain}.zendesk.com`);
    while (url) {
      const page: T = parse(schema, await getJson(url, { headers }, deps));
      yield page;
      url = page.meta?.has_more ? nextPage(page.links?.next, url) : undefined;
    }
  }
  return {
    name: "zendesk",
    credentials,
    async *over(deps) {
      for await (const { tickets } of pages(Tickets, "tickets.json?sort=-updated_at&page[size]=100", deps))
        yield tickets.filter(({ status }) => status === "solved" || status === "closed").map(({ id }) => id);
    },
    async saved(deps) {
      const found: SavedReply[] = [];
      for await (const { macros } of pages(Macros, "macros.json?active=true&page[size]=100", deps))
        for (const { id, title, active, actions } of macros) {
          const says = actions.find(({ field }) => field === "comment_value_html" || field === "comment_value");
          // A plain one is a pair: the channel, and the words.
          const words = Array.isArray(says?.value) ? says.value.at(-1) : says?.value;
          if (!active || typeof words !== "string") continue;
          const reply = says!.field === "comment_value_html" ? await htmlToText(words) : words;
          if (reply.trim()) found.push({ id: `zendesk-macro-${id}`, title: title || reply, reply });
        }
      return found;
    },
  };
}

const Conversations = z.object({
  conversations: z.array(z.object({ id: Id, state: Status })),
  pages: z
    .object({ next: z.object({ starting_after: z.string().nullish() }).nullish() })
    .nullish()
    .catch(undefined),
});

/** `GET /conversations`, by cursor (developers.intercom.com, List all conversations). Saved replies stand in no stable version of the API. */
function intercom(credentials: Credentials): Helpdesk {
  const headers = { authorization: `Bearer ${credentials.token}`, "intercom-version": "2.16" };
  return {
    name: "intercom",
    credentials,
    async *over(deps) {
      let after: string | null | undefined = "";
      do {
        const url = new URL(`/conversations?per_page=150`, apiOrigin(credentials));
        if (after) url.searchParams.set("starting_after", after);
        const page: z.infer<typeof Conversations> = parse(Conversations, await getJson(url, { headers }, deps));
        yield page.conversations.filter(({ state }) => state === "closed").map(({ id }) => id);
        after = page.pages?.next?.starting_after;
      } while (after);
    },
    saved: async () => [],
  };
}
