/** The lead's page. The token lives in memory alone; it is lost with the page. */
import { render } from "preact";
import { devLogin, makeClient } from "../client.ts";
import "../style/lead.css";
import { App } from "./app.tsx";
import { createStore } from "./store.ts";

let token: string | undefined;
const store = createStore(
  makeClient(() => token),
  window,
);

async function enter(given: string | undefined) {
  token = given;
  if (token === undefined) store.problem.value = "signed-out";
  else await store.start();
}

render(<App store={store} signIn={(given) => void enter(given)} />, document.getElementById("app")!);
await enter(await devLogin("lead"));
