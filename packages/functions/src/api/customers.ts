/** Routes of a customer's rights: to be told what is kept, and to be forgotten. And who used them. */
import * as Erasure from "@cuecard/core/erasure";
import { readAudit } from "@cuecard/core/store/audit";
import { sha256 } from "@cuecard/core/store/keys";
import * as z from "zod";
import * as deps from "../deps.ts";
import { admins, route } from "./route.ts";

/** A second pass after whatever was under way has ended: a worker may run 60 s, a listing is remembered for 60. */
const againSeconds = 150;

/** An id may be an e-mail address, and the audit outlives what it speaks of. */
const target = ({ id }: Record<string, string>) => `/api/customers/${sha256(id!).slice(0, 16)} (hashed)`;

export const customers = [
  route({
    method: "GET",
    path: "/api/customers/{id}",
    roles: admins,
    audit: "customer.exported",
    target,
    summary: "Everything that is kept of a customer, by conversation; `next` leads on.",
    query: z.object({
      after: z.string().max(300).optional(),
      limit: z.coerce.number().int().min(1).max(50).default(20),
    }),
    async run({ identity, params, query }) {
      const { after, limit } = query;
      return {
        body: await Erasure.exportCustomer(deps.table(), identity.workspace, params.id!, {
          limit,
          ...(after ? { after } : {}),
        }),
      };
    },
  }),
  route({
    method: "DELETE",
    path: "/api/customers/{id}",
    roles: admins,
    audit: "customer.erased",
    target,
    summary: "Erases a customer's text and identity. What reports count stays, without either. May be called again.",
    answers: { 200: "Erased; says what remains elsewhere, and until when.", 202: "Begun; the rest goes on by itself." },
    async run({ identity: { workspace }, params }) {
      const list = await Erasure.begin(deps.table(), workspace, params.id!, deps.now());
      const { erased, more } = await Erasure.erase(deps.table(), workspace, list);
      const send = await deps.send();
      if (more) await send({ type: "erase", workspace, list });
      else await send({ type: "index", workspace, what: "learned" });
      await send({ type: "erase", workspace, list, again: true }, { delaySeconds: againSeconds });
      return {
        status: more ? 202 : 200,
        body: { status: more ? "running" : "done", conversations: erased, remains: Erasure.remains },
      };
    },
  }),
  route({
    method: "GET",
    path: "/api/audit",
    roles: admins,
    summary: "Who changed settings, read reports, exported or erased; newest first.",
    query: z.object({ limit: z.coerce.number().int().min(1).max(1_000).default(100) }),
    async run({ identity, query }) {
      return { body: { entries: await readAudit(deps.table(), identity.workspace, query.limit) } };
    },
  }),
];
