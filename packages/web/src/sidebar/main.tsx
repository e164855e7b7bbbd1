/** The sidebar page: finds out who holds it, signs in, connects, draws. A session is renewed for as long as the page stands. */
import { render } from "preact";
import { type Client, devLogin, type Me, makeClient, RequestError } from "../client.ts";
import { connect, type Live } from "../live.ts";
import { renewal } from "../session.ts";
import { signIn } from "../sign-in/popup.ts";
import { stringsFor } from "../strings.ts";
import "../style/sidebar.css";
import { App } from "./app.tsx";
import { attachHost, type Host, type ToHost } from "./host.ts";
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
const renewed = renewal({
  client,
  onToken: enter,
  onOver: () => {
    store.phase.value = "out";
  },
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
    enter(await signIn({ client, ...hints }));
    host?.retry();
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    store.problem.value = error.message;
  }
}

if (framed) {
  host = attachHost({
    frame: window,
    async trusts(origin, theirs) {
      const bearer = theirs ?? token;
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
      if (context.token) enter(context.token);
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
