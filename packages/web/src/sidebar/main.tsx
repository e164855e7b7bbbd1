/** The sidebar page: finds out who holds it, signs in, connects, draws. */
import { render } from "preact";
import { type Client, devLogin, type Me, makeClient } from "../client.ts";
import { connect, type Live } from "../live.ts";
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
const client: Client = makeClient(() => token);
let host: Host | undefined;
const toHost = framed ? (message: ToHost) => host?.send(message) : undefined;
const store = createStore({ strings, client, ...(toHost ? { toHost } : {}), copy });

let live: Live | undefined;
function enter(next: string) {
  const first = token === undefined || store.phase.value === "out";
  token = next;
  if (!first) return;
  live?.close();
  live = connect({
    ticket: () => client.post("/api/tickets"),
    onFrame: store.onFrame,
    onState: store.setLine,
  });
  store.start(live);
}

if (framed) {
  host = attachHost({
    frame: window,
    async trusts(origin, theirs) {
      const me = await makeClient(() => theirs)
        .get<Me>("/api/me")
        .catch(() => undefined); // a token that is no good opens nothing
      return me?.embedOrigins?.includes(origin) ?? false;
    },
    onContext(context) {
      store.show(context.conversationId);
      if (context.token) enter(context.token);
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
  store.show(new URLSearchParams(location.search).get("conversation") ?? "");
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
