/** Whom a helpdesk vouches for when it opens our app: what it signed, verified, or nobody. A page's own word counts for nothing. */
import { AppError } from "@cuecard/core/error";
import { verifyAppQuery } from "@cuecard/core/helpdesk/helpscout";
import type { Credentials, Delivery } from "@cuecard/core/helpdesk/port";
import { equal } from "@cuecard/core/helpdesk/signature";
import type { Named } from "@cuecard/core/identity";
import { importSPKI, jwtVerify } from "jose";

type Opened = { delivery: Delivery; search: URLSearchParams; credentials: Credentials; nowMs: number };

const refused = (message: string) => new AppError("auth", "identity_refused", message);

/** Clocks of two firms differ. */
const toleranceSeconds = 30;

/**
 * Zendesk posts a token signed with the app's own key when `signedUrls` is set.
 * https://developer.zendesk.com/documentation/apps/build-an-app/building-a-server-side-app/part-5-secure-the-app/
 * Credentials: `subdomain`, `appPublicKey` (PEM), `appInstallationId`. Until they are set nobody is vouched for; from then on the
 * page is not opened without the token, so that nobody else's Zendesk can hold it.
 */
async function zendesk({ delivery, credentials, nowMs }: Opened): Promise<Named | undefined> {
  const { subdomain, appPublicKey, appInstallationId } = credentials;
  if (!subdomain || !appPublicKey || !appInstallationId) return undefined;
  const token = new URLSearchParams(new TextDecoder().decode(delivery.raw)).get("token") ?? "";
  const host = `${subdomain.toLowerCase()}.zendesk.com`;
  const claims = await importSPKI(appPublicKey.trim(), "RS256")
    .then((key) =>
      jwtVerify(token, key, {
        algorithms: ["RS256"],
        issuer: [host, `https://${host}`],
        audience: `https://${host}/api/v2/apps/installations/${appInstallationId}.json`,
        requiredClaims: ["exp", "iat"],
        maxTokenAge: "15m",
        clockTolerance: toleranceSeconds,
        currentDate: new Date(nowMs),
      }),
    )
    .then(({ payload }) => payload)
    .catch(() => {
      throw refused("Zendesk's token cannot be believed.");
    });
  // The user as an id, or as the address of one.
  const [, externalId] = /(?:^|\/users\/)(\d{1,20})(?:\.json)?$/.exec(String(claims.sub ?? "")) ?? [];
  return { externalId, email: typeof claims.email === "string" ? claims.email : undefined };
}

/**
 * Help Scout signs the query of an app's address, its user's id included, but no time: whoever holds such an address could
 * open it again. Credentials: `appSecret`; with `signedIdentity` set to `no` reps sign in by a window instead.
 */
function helpscout({ search, credentials }: Opened): Named | undefined {
  const { appSecret, signedIdentity } = credentials;
  if (!appSecret) return undefined;
  verifyAppQuery(search, [], appSecret);
  if (signedIdentity === "no") return undefined;
  const id = ["user-id", "userId", "user_id"].map((name) => search.get(name)).find(Boolean);
  return id ? { externalId: id } : undefined;
}

/** Front's secret is the same for all: it says that Front opened the page, not for whom. Credentials: `authSecret`. */
function front({ search, credentials: { authSecret } }: Opened): undefined {
  if (authSecret && !equal(search.get("auth_secret") ?? "", authSecret))
    throw refused("This page was not opened by Front.");
}

const each: Record<string, (opened: Opened) => Promise<Named | undefined> | Named | undefined> = {
  zendesk,
  helpscout,
  front,
  // What Chatwoot tells a dashboard app is not signed.
  chatwoot: () => undefined,
};

/** The helpdesks whose app is a page of ours. */
export const names = Object.keys(each);

/** Undefined: the rep signs in by a window. Throws `auth` for what is signed wrongly, `missing` for a helpdesk without such a page. */
export async function vouched(helpdesk: string, opened: Opened): Promise<Named | undefined> {
  if (!Object.hasOwn(each, helpdesk))
    throw new AppError("missing", "app_unknown", `There are pages for ${names.join(", ")}.`);
  return each[helpdesk]!(opened);
}
