/** Routes of whoever runs the workspace: settings, helpdesks, reps. */
import { Metric } from "@cuecard/core/effect";
import { AppError } from "@cuecard/core/error";
import { helpdesk, names } from "@cuecard/core/helpdesk/registry";
import { fixedAtStart } from "@cuecard/core/report/plan";
import { listReps, putRep, Rep } from "@cuecard/core/report/reps";
import * as Settings from "@cuecard/core/settings";
import { SettingsPatch } from "@cuecard/core/settings-form";
import * as helpdesks from "@cuecard/core/store/helpdesks";
import * as z from "zod";
import * as deps from "../deps.ts";
import { modelKeyPlace } from "../provider.ts";
import { admins, leads, route } from "./route.ts";

const secretForm = (name: string, secret: string) => {
  if (name === "standard" && !/^whsec_[A-Za-z0-9+/]{16,}={0,2}$/.test(secret))
    throw new AppError(
      "input",
      "invalid_field",
      "A secret of Standard Webhooks reads whsec_ and then base64.",
      "secret",
    );
};

/** 244 random bits, in the form the helpdesk takes: Help Scout's has 40 characters at most. */
function makeSecret(name: string): string {
  const hex = `${deps.random()}${deps.random()}`.replaceAll("-", "");
  return name === "standard" ? `whsec_${Buffer.from(hex, "hex").toString("base64")}` : hex.slice(0, 40);
}

/** Whoever knew the salt could foretell an arm. */
const unsalted = ({ salt: _salt, ...rest }: Settings.Measurement) => rest;

const shown = ({ settings, measurement, past, sealedModelKey }: Settings.Loaded) => ({
  ...settings,
  modelKeySet: sealedModelKey !== null,
  measurement: measurement && unsalted(measurement),
  pastMeasurements: past.map(unsalted),
});

/** A new share in control or primary metric begins a measurement: what is fixed at its start is read from the past. */
async function fixedBy(workspace: string, { holdout, primaryMetric }: SettingsPatch, nowMs: number) {
  if (holdout === undefined && primaryMetric === undefined) return {};
  const loaded = await Settings.load(deps.table(), workspace);
  const metric = Metric.safeParse(primaryMetric ?? loaded.settings.primaryMetric);
  if (!metric.success) throw new AppError("input", "invalid_field", "There is no such metric.", "primaryMetric");
  const ask = { design: "conversation", primaryMetric: metric.data, days: undefined, nowMs } as const;
  return fixedAtStart(deps.table(), workspace, loaded, ask);
}

export const admin = [
  route({
    method: "GET",
    path: "/api/settings",
    roles: leads,
    summary: "The workspace's settings. Keys are never given back.",
    async run({ identity }) {
      return { body: shown(await Settings.load(deps.table(), identity.workspace)) };
    },
  }),
  route({
    method: "PUT",
    path: "/api/settings",
    roles: admins,
    audit: "settings.changed",
    summary: "Changes the fields it names. A changed `holdout` starts a new measurement.",
    body: SettingsPatch.strict(),
    async run({ identity, body }) {
      const nowMs = deps.now();
      const loaded = await Settings.save(deps.table(), identity.workspace, body, {
        nowMs,
        random: deps.random,
        fixed: await fixedBy(identity.workspace, body, nowMs),
        seal: (text) => deps.secrets().seal(text, modelKeyPlace(identity.workspace)),
      });
      return { body: shown(loaded) };
    },
  }),
  route({
    method: "GET",
    path: "/api/helpdesks",
    roles: admins,
    summary:
      "Which helpdesks are connected, which fields each has, never their values, and when each was last heard of.",
    async run({ identity: { workspace } }) {
      const [connected, seen] = await Promise.all([
        helpdesks.list(deps.table(), workspace),
        helpdesks.lastSeen(deps.table(), workspace),
      ]);
      const shown = connected.map((one) => ({ ...one, lastSeenAt: seen[one.helpdesk] ?? null }));
      return { body: { helpdesks: shown, known: names } };
    },
  }),
  route({
    method: "PUT",
    path: "/api/helpdesks/{helpdesk}",
    roles: admins,
    audit: "helpdesk.changed",
    summary: "Stores a helpdesk's secrets and tokens, encrypted. A field that is null is removed.",
    body: z.record(z.string().regex(/^[a-zA-Z][a-zA-Z0-9_]{0,39}$/), z.string().max(8_000).nullable()),
    async run({ identity, params, body }) {
      const { name } = await helpdesk(params.helpdesk!);
      if (typeof body.secret === "string") secretForm(name, body.secret);
      return {
        body: {
          helpdesk: name,
          fields: await helpdesks.save(deps.table(), identity.workspace, name, body, deps.secrets(), deps.now()),
        },
      };
    },
  }),
  route({
    method: "POST",
    path: "/api/helpdesks/{helpdesk}/rotation",
    roles: admins,
    audit: "helpdesk.rotated",
    summary: "A new webhook secret: the one given, or one made here and shown this once. The one before stays good.",
    body: z.object({ secret: z.string().min(16).max(8_000).optional() }),
    async run({ identity, params, body }) {
      const { name } = await helpdesk(params.helpdesk!);
      const secret = body.secret ?? makeSecret(name);
      secretForm(name, secret);
      const { workspace } = identity;
      const fields = await helpdesks.rotate(deps.table(), workspace, name, secret, deps.secrets(), deps.now());
      return { body: { helpdesk: name, fields, ...(body.secret === undefined ? { secret } : {}) } };
    },
  }),
  route({
    method: "GET",
    path: "/api/reps",
    roles: leads,
    summary: "Reps with their start dates and teams.",
    async run({ identity }) {
      return { body: { reps: [...(await listReps(deps.table(), identity.workspace)).values()] } };
    },
  }),
  route({
    method: "PUT",
    path: "/api/reps",
    roles: leads,
    audit: "reps.changed",
    summary:
      "Changes the fields it names: name, first day in support, teams by date. A team holds from its day; earlier ones stay.",
    body: z.object({ reps: z.array(Rep).min(1).max(1_000) }),
    async run({ identity, body }) {
      for (const rep of body.reps) await putRep(deps.table(), identity.workspace, rep);
      return { body: { reps: body.reps.length } };
    },
  }),
];
