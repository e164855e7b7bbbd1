/** The passages of policy a rep is shown, and a draft rests on. */
import { type Deps, passagesShown, type seedOf } from "./context.ts";
import { type Hosts, ownLinks } from "./lookup/hosts.ts";
import type { Found } from "./lookup/lookup.ts";
import { citationOf, type Source } from "./model/port.ts";
import type { Flag } from "./protocol.ts";
import { broadcast, type Sees } from "./store/presence.ts";
import { suggestionKey } from "./store/suggestion-id.ts";
import { putState } from "./store/suggestions.ts";
import { type State, type Text, view } from "./suggestion.ts";

/** `hosts`: see `ownHosts`. Of those shown, public passages get the first numbers, since only they may be quoted to a customer. */
export const sourcesOf = ({ hits, hosts }: Found & { hosts?: Hosts }): Source[] =>
  [
    ...hits
      .slice(0, passagesShown)
      .sort((a, b) => Number(a.passage.audience === "internal") - Number(b.passage.audience === "internal")),
    ...hits.slice(passagesShown).filter(({ passage }) => passage.audience !== "internal"),
  ].map(({ passage, sentence }, i) => ({
    n: i + 1,
    articleId: passage.articleId,
    title: passage.title,
    heading: passage.heading,
    text: passage.text,
    sentence,
    internal: passage.audience === "internal",
    ...(passage.language ? { language: passage.language } : {}),
    ...(passage.url ? { url: passage.url } : {}),
    links: ownLinks(passage.text, hosts),
  }));

/** Passages are found in milliseconds: put once, whole, without a lease. */
export async function putPolicy(
  deps: Deps,
  workspace: string,
  seed: ReturnType<typeof seedOf>,
  sources: Source[],
  flags: Flag[],
  sinceMs: number,
  sees?: Sees,
): Promise<State | undefined> {
  const text: Text = {
    ...suggestionKey(workspace, seed.id, "text"),
    v: 1,
    rev: 1,
    text: "",
    citations: sources.map(citationOf),
    flags,
    expiresAt: seed.expiresAt,
  };
  const readyMs = deps.now() - sinceMs;
  const state = {
    ...seed,
    status: "ready",
    engine: "lookup",
    attempt: 1,
    articles: [...new Set(sources.map(({ articleId }) => articleId))],
    flags: flags.map(({ code }) => code),
    firstMs: readyMs,
    readyMs,
  } as State;
  const first = await deps.table.put(text, "absent");
  const created = await putState(deps.table, workspace, undefined, state);
  if (first || created)
    await broadcast(
      deps.table,
      deps.channel,
      workspace,
      { type: "suggestion", conversationId: seed.conversationId, suggestion: view({ state, text }) },
      deps.now(),
      sees,
    );
  return created ? state : undefined;
}
