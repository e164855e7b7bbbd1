/** Which links of the articles are the team's own: an article that somebody tampered with must not lead customers away. */
import type { Passage } from "../policy.ts";
import { linkPattern, trimLink } from "../redact/network.ts";

/** `undefined` where no article says where it lies: then nothing tells an own link from another. */
export type Hosts = Set<string> | undefined;

const known = new WeakMap<object, { hosts: Hosts }>();

/**
 * Sites of the articles' own addresses, and sites that at least two articles link to (a carrier, a bank). Read once an index:
 * 100,000 passages take about 50 ms.
 */
export function ownHosts(passages: Passage[]): Hosts {
  const before = known.get(passages);
  if (before) return before.hosts;
  const own = new Set<string>();
  const linkedBy = new Map<string, string>();
  for (const { articleId, url, text } of passages) {
    if (url) add(own, url);
    if (!text.includes("://") && !text.includes("www.")) continue;
    for (const link of linksOf(text)) {
      const site = siteOf(link);
      const by = linkedBy.get(site);
      if (by !== undefined && by !== articleId) own.add(site);
      else linkedBy.set(site, articleId);
    }
  }
  const hosts = passages.some(({ url }) => url) ? own : undefined;
  known.set(passages, { hosts });
  return hosts;
}

const add = (sites: Set<string>, url: string) => {
  const site = siteOf(url);
  if (site) sites.add(site);
};

/** Links of a text that may stand in a reply. */
export const ownLinks = (text: string, hosts: Hosts): string[] =>
  linksOf(text).filter((link) => hosts === undefined || hosts.has(siteOf(link)));

const linksOf = (text: string): string[] => Array.from(text.matchAll(linkPattern), ([link]) => trimLink(link));

/** What one firm holds: "help.shop.example" and "shop.example" are one site, "a.co.uk" and "b.co.uk" are two. */
function siteOf(url: string): string {
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(url) ? url : `https://${url}`;
  const host = URL.canParse(whole) ? new URL(whole).hostname : "";
  const labels = host.split(".");
  if (/^[\d.]+$|:/.test(host)) return host;
  const shared = labels.length > 2 && labels.at(-1)!.length === 2 && labels.at(-2)!.length <= 3;
  return labels.slice(shared ? -3 : -2).join(".");
}
