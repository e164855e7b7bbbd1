/** Which routes there are, by the first part of their path after `/api/`: a request loads those that begin as it does, and no others. */
import type { Route } from "./route.ts";

type Group = { at: string[]; load: () => Promise<Route[]> };

/** Literal paths before those with a parameter in the same place: `search` is not an article's id. */
const groups: Group[] = [
  {
    at: ["me", "tickets", "conversations", "suggestions"],
    load: async () => (await import("./live.ts")).live,
  },
  { at: ["me"], load: async () => (await import("./own.ts")).own },
  { at: ["policies"], load: async () => (await import("./search.ts")).search },
  { at: ["policies"], load: async () => (await import("./policies.ts")).policies },
  { at: ["imports"], load: async () => (await import("./imports.ts")).imports },
  { at: ["proposals", "reports"], load: async () => (await import("./proposals.ts")).proposals },
  { at: ["reports"], load: async () => (await import("./reports.ts")).reports },
  { at: ["measurements"], load: async () => (await import("./measurements.ts")).measurements },
  { at: ["customers", "audit"], load: async () => (await import("./customers.ts")).customers },
  { at: ["settings", "helpdesks", "reps"], load: async () => (await import("./admin.ts")).admin },
  { at: ["model"], load: async () => (await import("./model.ts")).model },
  { at: ["workspace", "people", "tokens"], load: async () => (await import("./people.ts")).people },
  { at: ["sign-in", "session"], load: async () => (await import("./session.ts")).session },
  { at: ["identity", "canvas"], load: async () => (await import("./apps.ts")).apps },
];

const loaded = async (some: Group[]) => (await Promise.all(some.map(({ load }) => load()))).flat();

/** All of them: for the description, and for tests. */
export const routes = (): Promise<Route[]> => loaded(groups);

/** The first part of a path, where routes begin with it; else empty, and nothing is loaded. */
export function beginning(path: string): string {
  const name = /^\/api\/([^/]+)/.exec(path)?.[1] ?? "";
  return groups.some(({ at }) => at.includes(name)) ? name : "";
}

/** Those that begin so, `beginning` says how. */
export const routesAt = (name: string): Promise<Route[]> => loaded(groups.filter(({ at }) => at.includes(name)));
