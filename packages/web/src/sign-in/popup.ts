/**
 * Signing in from inside a helpdesk's frame. Browsers give a frame no cookies of its own there, so the provider is visited
 * in a window of its own; what comes back is redeemed here, and the token stays with this tab.
 */
import { type Client, RequestError } from "../client.ts";

type Wanted = { client: Client; helpdesk?: string | undefined; workspace?: string | undefined };

const base64url = (bytes: Uint8Array) =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));

/** Must be called by a click, else the browser opens no window. Throws `RequestError`, also when the window was closed. */
export async function signIn({ client, helpdesk, workspace }: Wanted): Promise<string> {
  const popup = window.open("", "cuecard-sign-in", "popup,width=480,height=680");
  if (!popup) throw new RequestError(0, "popup_blocked", "The browser opened no window to sign in.");
  try {
    const [verifier, state] = [random(), random()];
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
    const redirectUri = `${location.origin}/sign-in`;
    const begin = { redirectUri, challenge: base64url(new Uint8Array(digest)), state };
    const { url } = await client.post<{ url: string }>("/api/sign-in", begin);
    const came = answer(popup, state);
    popup.location.href = url;
    const code = await came;
    const hints = { ...(helpdesk ? { helpdesk } : {}), ...(workspace ? { workspace } : {}) };
    return (await client.post<{ token: string }>("/api/session", { code, redirectUri, verifier, ...hints })).token;
  } finally {
    popup.close();
  }
}

/** Believes our own window at our own address alone, and the `state` it was sent with. */
function answer(popup: Window, state: string): Promise<string> {
  return new Promise((done, fail) => {
    const end = () => {
      removeEventListener("message", hear);
      clearInterval(watch);
    };
    const hear = ({ origin, source, data }: MessageEvent) => {
      if (origin !== location.origin || source !== popup || data?.source !== "cuecard" || data.type !== "signed-in")
        return;
      end();
      if (data.state === state && typeof data.code === "string") done(data.code);
      else fail(new RequestError(401, "signin_refused", "The sign-in was refused."));
    };
    const watch = setInterval(() => {
      if (!popup.closed) return;
      end();
      fail(new RequestError(0, "signin_closed", "The window was closed before the sign-in was done."));
    }, 400);
    addEventListener("message", hear);
  });
}
