/** The sidebar page: finds out who holds it, signs in, connects, draws. A session is renewed for as long as the page stands. */
import { effect } from "@preact/signals";
import { render } from "preact";
import { type Client, devLogin, type Me, makeClient, RequestError } from "../client.ts";
import { connect, type Live } from "../live.ts";
import { renewal } from "../session.ts";
import { signIn } from "../sign-in/popup.ts";
import { stringsFor } from "../strings.ts";
import "../style/sidebar.css";
import { App } from "./app.tsx";
import { attachHost, type Host, type ToHost } from "./host.ts";
import { forget, keep, recall } from "./kept.ts";
import { listenForKeys } from "./keys.ts";
import { createStore } from "./store.ts";

/** A host that has not spoken by then will hardly do so; the page says what it misses. */
const hostPatienceMs = 4_000;

const strings = stringsFor(navigator.languages);
document.documentElement.lang = strings.code;
const framed = window.parent !== window;

let token: string | undefined;
let hints: { helpdesk?: string | undefined; workspace?: string | undefined } = {};
const client: Client = makeClient(() => token);
let host: Host | undefined;
const toHost = framed ? (message: ToHost) => host?.send(message) : undefined;
const store = createStore({ strings, client, ...(toHost ? { toHost } : {}), copy, signIn: enterBySignIn });
/** It came by a window of ours, so that the next frame of this tab may go on with it. */
let byWindow = false;
const renewed = renewal({
  client,
  onToken: (next) => {
    if (byWindow) keep(hints, next);
    enter(next);
  },
  onOver: () => {
    store.phase.value = "out";
  },
});
effect(() => {
  if (store.phase.value === "out") forget(hints);
});

let live: Live | undefined;
function enter(next: string) {
  const first = token === undefined || store.phase.value === "out";
  token = next;
  renewed(next);
  if (!first) return;
  live?.close();
  live = connect({
    ticket: (conversationId) => client.post("/api/tickets", conversationId ? { conversationId } : {}),
    first: store.view.value.conversationId || undefined,
    onFrame: store.onFrame,
    onState: store.setLine,
  });
  store.start(live);
}

/** From a click alone: the browser would open no window otherwise. */
async function enterBySignIn(): Promise<void> {
  store.problem.value = undefined;
  try {
    const next = await signIn({ client, ...hints });
    byWindow = true;
    enter(next);
    if (framed) keep(hints, next);
    host?.retry();
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    store.problem.value = error.message;
  }
}

if (framed) {
  host = attachHost({
    frame: window,
    async trusts(origin, { token: theirs, helpdesk, workspace }) {
      const bearer = theirs ?? token ?? recall({ helpdesk, workspace });
      if (!bearer) return false;
      const me = await makeClient(() => bearer)
        .get<Me>("/api/me")
        .catch(() => undefined); // a token that is no good opens nothing
      return me?.embedOrigins?.includes(origin) ?? false;
    },
    onContext(context) {
      hints = context;
      store.held.value = context;
      store.show(context.conversationId);
      const kept = context.token || token ? undefined : recall(hints);
      if (kept) byWindow = true;
      if (context.token) enter(context.token);
      else if (kept) enter(kept);
      else if (!token) store.phase.value = "out";
    },
    onStranger(origin, context) {
      hints = context;
      // Signed in and still not believed: somebody has to list this page.
      if (token || context.token) store.problem.value = strings.stranger(origin);
      if (store.phase.value === "waiting") store.phase.value = "out";
    },
    onComposer: ({ mode }) => {
      store.mode.value = mode;
    },
  });
  setTimeout(() => {
    if (store.phase.value === "waiting") store.phase.value = "out";
  }, hostPatienceMs);
  new ResizeObserver(() => host?.send({ type: "resize", height: document.documentElement.scrollHeight })).observe(
    document.body,
  );
} else {
  const query = new URLSearchParams(location.search);
  hints = { helpdesk: query.get("helpdesk") ?? undefined, workspace: query.get("workspace") ?? undefined };
  store.held.value = { helpdesk: hints.helpdesk };
  store.show(query.get("conversation") ?? "");
  void devLogin("rep").then((own) => {
    if (own) enter(own);
    else store.phase.value = "out";
  });
}

listenForKeys(document, store);
render(<App store={store} />, document.getElementById("app")!);

async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Frames without the clipboard permission still have the old way.
    const field = document.createElement("textarea");
    field.value = text;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
}
