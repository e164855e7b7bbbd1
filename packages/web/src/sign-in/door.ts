/** How a whole page is entered: a token in memory alone, lost with the page, renewed while it is open. */
import { type Client, RequestError } from "../client.ts";
import { renewal } from "../session.ts";
import { signIn } from "./popup.ts";

type Page = { client: Client; onToken(token: string | undefined): void; onOver(): void; onEntered(): Promise<void> };

/** `enter` with nothing signs out. `bySignIn` must come from a click: the browser opens no window otherwise. */
export function door({ client, onToken, onOver, onEntered }: Page) {
  const renewed = renewal({
    client,
    onToken: (next) => {
      onToken(next);
      renewed(next);
    },
    onOver,
  });

  async function enter(given: string | undefined): Promise<void> {
    onToken(given);
    if (given === undefined) return onOver();
    renewed(given);
    await onEntered();
  }

  /** Gives what stands in the way, if anything does. */
  async function bySignIn(): Promise<string | undefined> {
    try {
      await enter(await signIn({ client }));
      return undefined;
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      return error.message;
    }
  }

  return { enter, bySignIn };
}
