/**
 * Which names a helpdesk's API can tell where its webhooks give an id alone. Chatwoot and Front send names with every
 * event, Help Scout those of reps; the standard form has no API.
 */
import type { Credentials } from "./port.ts";

export type Who = "customer" | "rep" | "team";
/** What a helpdesk calls somebody or a team; a team has no address. */
export type Called = { name?: string; email?: string };

const everybody: readonly Who[] = ["customer", "rep", "team"];

/** Whose names, and with which credentials; of several sets one is enough. */
const directories: Record<string, { who: readonly Who[]; needs: readonly (readonly string[])[] }> = {
  zendesk: {
    who: everybody,
    needs: [
      ["subdomain", "email", "token"],
      ["subdomain", "accessToken"],
    ],
  },
  intercom: { who: everybody, needs: [["token"]] },
  freshdesk: { who: everybody, needs: [["domain", "apiKey"]] },
  libredesk: { who: everybody, needs: [["url", "token"]] },
  helpscout: { who: ["customer"], needs: [["appId", "appApiSecret"]] },
};

/** None for a helpdesk that is not asked. */
export const namesAt = (helpdesk: string): readonly Who[] =>
  Object.hasOwn(directories, helpdesk) ? directories[helpdesk]!.who : [];

/** An admin has given what its API wants to see. */
export const canAsk = (helpdesk: string, credentials: Credentials): boolean =>
  Object.hasOwn(directories, helpdesk) &&
  directories[helpdesk]!.needs.some((set) => set.every((name) => Boolean(credentials[name])));
