/** The lead's page. The token lives in memory alone; it is lost with the page. */
import { render } from "preact";
import { devLogin, makeClient } from "../client.ts";
import { door } from "../sign-in/door.ts";
import "../style/lead.css";
import { App } from "./app.tsx";
import { createStore } from "./store.ts";

let token: string | undefined;
const client = makeClient(() => token);
const store = createStore(client, window);
const { enter, bySignIn } = door({
  client,
  onToken: (next) => {
    token = next;
  },
  onOver: () => {
    store.problem.value = "signed-out";
  },
  onEntered: () => {
    store.problem.value = undefined;
    return store.start();
  },
});

render(
  <App store={store} signIn={(given) => void enter(given)} bySignIn={bySignIn} />,
  document.getElementById("app")!,
);
await enter(await devLogin("lead"));
