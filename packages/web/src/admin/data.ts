/** What the server answers, as this page reads it, and the words it is told in. */
import type { SuggestionKind } from "@cuecard/core/protocol";

export type Settings = {
  assistWhen: "watched" | "always" | "asked" | "off";
  kinds: SuggestionKind[];
  /** null: all. */
  teams: string[] | null;
  repLanguage: string;
  timeZone: string;
  retentionDays: number;
  dailyBudgetUsd: number | null;
  repFigures: "named" | "pseudonymous" | "team";
  repSees: "workspace" | "team" | "own";
  model: string | null;
  /** null: the installation's; empty: none. */
  embeddingModel: string | null;
  baseUrl: string | null;
  firstTokenTimeoutMs: number;
  totalTimeoutMs: number;
  embedOrigins: string[];
  modelKeySet: boolean;
};
export type Patch = Partial<Omit<Settings, "modelKeySet">> & { modelKey?: string | null };

export type Helpdesk = { helpdesk: string; fields: string[]; changedAt: string; lastSeenAt: string | null };
export type Helpdesks = { helpdesks: Helpdesk[]; known: string[] };

export type Role = "rep" | "lead" | "admin";
export type Person = { email: string; name?: string; role: Role; reps: Record<string, string> };

export type Token = { id: string; name: string; createdAt: string; createdBy: string; expiresAt: string };

export type Source = {
  id: string;
  source: string;
  kind: string;
  nightly: boolean;
  articles: number | null;
  lastOkAt: string | null;
  error: { message: string; at: string } | null;
  unread: { name: string; reason: string }[];
};

export type Cost = { rows: { kind: string; model: string; usd: number | null }[]; totalUsd: number | null };
export type Teams = { rows: { key: string; label: string }[] };

export type Tested = { ok: true; ms: number; model: string } | { ok: false; error: string };

/** How long ago, in words; to the minute, as the server knows it no better. */
export function ago(at: string, nowMs: number): string {
  const minutes = Math.floor((nowMs - Date.parse(at)) / 60_000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ago`;
  return `${Math.floor(hours / 24)} days ago`;
}

/** `YYYY-MM-DD` on a workspace's calendar. */
export const dayOf = (ms: number, timeZone: string) =>
  new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" }).format(ms);

/** Two figures that count: a day of a small team costs cents. */
export const dollars = (usd: number) => (usd > 0 && usd < 0.01 ? "under 1 ¢" : `$${usd.toFixed(2)}`);

const names: Record<string, string> = {
  standard: "Standard Webhooks",
  zendesk: "Zendesk",
  chatwoot: "Chatwoot",
  libredesk: "Libredesk",
  intercom: "Intercom",
  front: "Front",
  helpscout: "Help Scout",
  freshdesk: "Freshdesk",
};
export const nameOf = (helpdesk: string) => names[helpdesk] ?? helpdesk;

/** In the folder Cuecard is started or deployed from: a stage serves no documents. */
export const guideOf = (helpdesk: string) => `docs/helpdesks/${helpdesk === "standard" ? "embed" : helpdesk}.md`;

const common = ["secret", "ownUserId", "botUserIds"];
const further: Record<string, string[]> = {
  zendesk: ["subdomain", "email", "token", "accessToken", "appPublicKey", "appInstallationId"],
  chatwoot: ["url", "accountId", "token", "allowUnsigned", "urlToken"],
  libredesk: ["url", "token"],
  intercom: ["token", "region", "adminId", "cuecardUrl"],
  front: ["token", "ruleSecret", "authSecret"],
  helpscout: ["appId", "appApiSecret", "appSecret", "signedIdentity"],
  freshdesk: ["domain", "apiKey"],
};
/** As docs/helpdesks/README.md lists them; `secretOld` is the rotation's own. */
export const fieldsOf = (helpdesk: string) => [...common, ...(further[helpdesk] ?? [])];
