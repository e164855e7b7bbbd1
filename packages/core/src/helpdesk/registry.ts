/** The helpdesks Cuecard listens to. Each is loaded when its first delivery comes: one must not slow the others. */
import { AppError } from "../error.ts";
import type { Helpdesk } from "./port.ts";

const loaders: Record<string, () => Promise<{ helpdesk: Helpdesk }>> = {
  standard: () => import("./standard.ts"),
  zendesk: () => import("./zendesk.ts"),
  chatwoot: () => import("./chatwoot.ts"),
  libredesk: () => import("./libredesk.ts"),
  intercom: () => import("./intercom.ts"),
  front: () => import("./front.ts"),
  helpscout: () => import("./helpscout.ts"),
  freshdesk: () => import("./freshdesk.ts"),
};

const known = new Map<string, Helpdesk>();
export const names = Object.keys(loaders);

/** Throws `AppError("missing", "helpdesk_unknown")` for a name that is not in `names`. */
export async function helpdesk(name: string): Promise<Helpdesk> {
  if (!Object.hasOwn(loaders, name))
    throw new AppError(
      "missing",
      "helpdesk_unknown",
      `There is no helpdesk of this name; there are ${names.join(", ")}.`,
    );
  // Kept: asking the loader again at each delivery takes longer than checking its signature.
  const loaded = known.get(name) ?? (await loaders[name]!()).helpdesk;
  known.set(name, loaded);
  return loaded;
}
