/** What the queue carries: ids, never text. */
import * as z from "zod";

const Work = z.discriminatedUnion("type", [
  /** `helpdesk`: where the event came from, if its API may be asked for names. `turn`: a customer wrote, so an answer may be wanted. */
  z.object({
    type: z.literal("event"),
    workspace: z.string(),
    conversationId: z.string(),
    sk: z.string(),
    helpdesk: z.string().optional(),
    turn: z.boolean().optional(),
  }),
  z.object({
    type: z.literal("open"),
    workspace: z.string(),
    conversationId: z.string(),
    byRep: z.boolean().optional(),
  }),
  z.object({ type: z.literal("request"), workspace: z.string(), suggestionId: z.string() }),
  /** `list` is the hashed partition of the customer's conversations. */
  z.object({ type: z.literal("erase"), workspace: z.string(), list: z.string(), again: z.boolean().optional() }),
  z.object({ type: z.literal("index"), workspace: z.string(), what: z.enum(["policies", "learned", "vectors"]) }),
  /** Articles that changed, were removed or have expired: the drafts that cite them say so. */
  z.object({ type: z.literal("changed"), workspace: z.string(), articles: z.array(z.string()).max(500) }),
  z.object({ type: z.literal("import"), workspace: z.string(), source: z.string() }),
  z.object({
    type: z.literal("fetch"),
    workspace: z.string(),
    helpdesk: z.string(),
    conversationId: z.string(),
    what: z.enum(["thread", "message", "earlier", "user", "team"]),
    /** Of a user. */
    who: z.enum(["customer", "rep"]).optional(),
    id: z.string().optional(),
    at: z.string().optional(),
  }),
]);
/** `correlation`: the request it came of, for logs alone. */
export const Job = Work.and(z.object({ correlation: z.string().max(200).optional() }));
export type Job = z.infer<typeof Job>;
