/** Routes of measurements: plan one, start it, end it, see what was and what is proposed. */
import * as Measurements from "@cuecard/core/report/measurements";
import { plan } from "@cuecard/core/report/plan";
import * as Settings from "@cuecard/core/settings";
import * as deps from "../deps.ts";
import { admins, leads, route } from "./route.ts";

const all = (workspace: string) => Measurements.list(deps.table(), workspace, deps.now());

export const measurements = [
  route({
    method: "GET",
    path: "/api/measurements/plan",
    roles: leads,
    summary: "What a measurement would find, by the volume of the last four weeks.",
    query: Measurements.Ask,
    async run({ identity: { workspace }, query }) {
      const loaded = await Settings.load(deps.table(), workspace);
      return { body: await plan(deps.table(), workspace, loaded, { ...query, nowMs: deps.now() }) };
    },
  }),
  route({
    method: "GET",
    path: "/api/measurements",
    roles: leads,
    summary: "The running measurement, the past ones (latest first), and after an end what is proposed.",
    async run({ identity }) {
      return { body: await all(identity.workspace) };
    },
  }),
  route({
    method: "POST",
    path: "/api/measurements",
    roles: admins,
    audit: "measurement.started",
    summary: "Ends the running measurement and starts one that nothing changes until its end.",
    body: Measurements.Start,
    answers: { 201: "It runs." },
    async run({ identity: { workspace }, body }) {
      await Measurements.start(deps.table(), workspace, body, { nowMs: deps.now(), salt: deps.random() });
      return { status: 201, body: await all(workspace) };
    },
  }),
  route({
    method: "POST",
    path: "/api/measurements/end",
    roles: admins,
    audit: "measurement.ended",
    summary: "Ends the running measurement: from now on nobody is in control.",
    async run({ identity: { workspace } }) {
      await Settings.end(deps.table(), workspace, deps.now());
      return { body: await all(workspace) };
    },
  }),
];
