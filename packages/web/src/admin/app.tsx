import { SignIn } from "../sign-in/form.tsx";
import { Articles } from "./articles.tsx";
import { Helpdesks } from "./helpdesks.tsx";
import { ModelCard } from "./model.tsx";
import { People } from "./people.tsx";
import { Privacy } from "./privacy.tsx";
import { Spend } from "./spend.tsx";
import type { Store } from "./store.ts";
import { Suggestions } from "./suggestions.tsx";
import { Tokens } from "./tokens.tsx";

type Props = { store: Store; signIn(token: string): void; bySignIn(): Promise<string | undefined> };

export function App({ store, signIn, bySignIn }: Props) {
  const { me, problem } = store;
  return (
    <div class="admin">
      <header class="bar">
        <h1>Cuecard {me.value ? <span class="quiet">· {me.value.workspace} · set up</span> : null}</h1>
        {me.value && !problem.value ? <a href="/lead">How much it helps</a> : null}
      </header>
      {problem.value === "signed-out" ? (
        <main>
          <SignIn signIn={signIn} bySignIn={bySignIn} />
        </main>
      ) : problem.value === "not-an-admin" ? (
        <main class="message">
          This page is for admins. The team's figures stand on <a href="/lead">the lead's page</a>.
        </main>
      ) : !me.value ? (
        <main class="message busy">Loading …</main>
      ) : (
        <main class="cards">
          <div>
            <Helpdesks store={store} workspace={me.value.workspace} />
            <People store={store} />
            <Tokens store={store} />
          </div>
          <div>
            <ModelCard store={store} />
            <Spend store={store} />
            <Suggestions store={store} />
            <Privacy store={store} />
            <Articles store={store} />
          </div>
        </main>
      )}
    </div>
  );
}
