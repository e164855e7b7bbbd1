/** The demo desk page. */
import { render } from "preact";
import { devLogin, makeClient } from "../client.ts";
import { connect } from "../live.ts";
import "../style/desk.css";
import { App } from "./app.tsx";
import { createStore } from "./store.ts";

/** New conversations and their last words; the open thread itself is live. */
const inboxEveryMs = 3_000;

const app = document.getElementById("app")!;
const token = await devLogin("rep");
if (token === undefined)
  render(<p class="message">The demo desk runs on this machine alone. Open it on localhost.</p>, app);
else {
  const client = makeClient(() => token);
  const store = createStore(client);
  store.start(
    connect({
      ticket: () => client.post("/api/tickets"),
      onFrame: store.onFrame,
      onState: (state) => {
        store.line.value = state;
      },
    }),
  );
  await store.refresh();
  render(<App store={store} token={token} />, app);
  setInterval(() => {
    if (document.visibilityState === "visible") void store.refresh();
  }, inboxEveryMs);
}
