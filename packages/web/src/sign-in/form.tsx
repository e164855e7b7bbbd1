/** How somebody who opened a page by hand comes in. */
import { useSignal } from "@preact/signals";

type Props = { signIn(token: string): void; bySignIn(): Promise<string | undefined> };

export function SignIn({ signIn, bySignIn }: Props) {
  const token = useSignal("");
  const problem = useSignal<string | undefined>(undefined);
  return (
    <form
      class="message stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (token.value.trim()) signIn(token.value.trim());
      }}
    >
      <h2>Sign in</h2>
      <button type="button" class="main" onClick={() => void bySignIn().then((words) => (problem.value = words))}>
        Sign in with your work account
      </button>
      {problem.value ? <p role="alert">{problem}</p> : null}
      <label for="token">Or with an access token. It is kept in this page alone.</label>
      <input
        id="token"
        type="password"
        autocomplete="off"
        value={token.value}
        onInput={(event) => (token.value = event.currentTarget.value)}
      />
      <button type="submit">Use the token</button>
    </form>
  );
}
