/** A session is short; while the page stands it is renewed before its end. */
import { type Client, RequestError } from "./client.ts";

type Options = {
  client: Client;
  onToken(token: string): void;
  /** The day's session is over, or access was taken away. */
  onOver(): void;
};

/** Of a JWT of ours, Unix seconds; undefined for anything else, which is then not renewed. */
export function expiryOf(token: string): number | undefined {
  try {
    const { exp } = JSON.parse(atob((token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/")));
    return typeof exp === "number" ? exp : undefined;
  } catch {
    return undefined; // not a JWT
  }
}

/** Before its last fifth begins; a page that slept renews as soon as it wakes. */
export const renewInMs = (expirySeconds: number, nowMs: number) =>
  Math.min(Math.max(1_000, (expirySeconds * 1_000 - nowMs) * 0.8), 2 ** 31 - 1);
const againMs = 15_000;

/** Gives a function that is told of each token the page gets. */
export function renewal({ client, onToken, onOver }: Options): (token: string) => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  async function renew() {
    try {
      onToken((await client.post<{ token: string }>("/api/session/renewal")).token);
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      if (error.status === 401) onOver();
      else timer = setTimeout(() => void renew(), againMs);
    }
  }
  return (token) => {
    clearTimeout(timer);
    const expiry = expiryOf(token);
    if (expiry !== undefined) timer = setTimeout(() => void renew(), renewInMs(expiry, Date.now()));
  };
}
