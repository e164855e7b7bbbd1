/** Real payloads, as far as the vendors show them; each file says where its samples are from. Values are invented. */
import { readdirSync, readFileSync } from "node:fs";
import { Event } from "@cuecard/core/event";
import type { Normalised } from "@cuecard/core/helpdesk/port";
import { names } from "@cuecard/core/helpdesk/registry";
import { describe, expect, it } from "vitest";
import { normalise } from "./deliveries.ts";

type Fixture = {
  name: string;
  /** Documentation, and how sure: [V] the vendor's own, [S] secondary, [M] from memory. */
  origin: string;
  headers?: Record<string, string>;
  credentials?: Record<string, string>;
  payload: unknown;
  gives: Normalised;
};

const folder = new URL("./fixtures/", import.meta.url);

it("has samples of every helpdesk with a form of its own", () => {
  const files = names.filter((name) => name !== "standard").map((name) => `${name}.json`);
  expect(readdirSync(folder).sort()).toEqual(files.sort());
});

for (const file of readdirSync(folder).filter((name) => name.endsWith(".json"))) {
  const fixtures: Fixture[] = JSON.parse(readFileSync(new URL(file, folder), "utf8"));
  describe(file, () => {
    it.each(fixtures.map((fixture) => [fixture.name, fixture] as const))("%s", async (_, fixture) => {
      expect(fixture.origin).not.toBe("");
      const given = await normalise(file.replace(".json", ""), fixture.payload, fixture.headers, fixture.credentials);
      // Where a helpdesk sends no delivery id, it is the body's digest; that it is one is enough here.
      if (fixture.gives.deliveryId === "__digest__")
        fixture.gives.deliveryId = expect.stringMatching(/(?:^|:)[0-9a-f]{32}$/);
      expect(given).toEqual(fixture.gives);
      for (const event of given.events) expect(Event.parse(event)).toEqual(event);
    });
  });
}
