/** The admin's page. The token lives in memory alone; it is lost with the page. */
import { render } from "preact";
import { devLogin, makeClient, RequestError } from "../client.ts";
import { renewal } from "../session.ts";
import { signIn } from "../sign-in/popup.ts";
import "../style/admin.css";
import { App } from "./app.tsx";
import { createStore } from "./store.ts";

let token: string | undefined;
const client = makeClient(() => token);
const store = createStore(client);
const renewed = renewal({
  client,
  onToken: (next) => {
    token = next;
    renewed(next);
  },
  onOver: () => {
    store.problem.value = "signed-out";
  },
});

async function enter(given: string | undefined) {
  token = given;
  if (token === undefined) store.problem.value = "signed-out";
  else {
    renewed(token);
    store.problem.value = undefined;
    await store.start();
  }
}

/** From a click alone: the browser would open no window otherwise. Gives what stands in the way, if anything does. */
async function bySignIn(): Promise<string | undefined> {
  try {
    await enter(await signIn({ client }));
    return undefined;
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    return error.message;
  }
}

render(
  <App store={store} signIn={(given) => void enter(given)} bySignIn={bySignIn} />,
  document.getElementById("app")!,
);
await enter(await devLogin("admin"));

/** A connected helpdesk's light must change while the admin looks at it. */
const lookAgainMs = 15_000;
setInterval(() => {
  if (!document.hidden && store.me.value && !store.problem.value) void store.look("helpdesks");
}, lookAgainMs);
