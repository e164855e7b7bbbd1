import { type Cost, cents, count } from "./data.ts";
import { Scroll } from "./scroll.tsx";
import type { Store } from "./store.ts";

export function CostSection({ store }: { store: Store }) {
  const { value, problem } = store.cost.value;
  if (problem) return <p class="note error">{problem}</p>;
  return (
    <section aria-labelledby="cost" aria-busy={!value}>
      <h2 id="cost">What it costs</h2>
      {value?.rows.length ? <p>{inAll(value)}</p> : null}
      {value && !value.rows.length ? <p class="quiet">Nothing was generated in these days.</p> : null}
      {value?.rows.length ? (
        <Scroll label="Cost by kind and model">
          <table>
            <thead>
              <tr>
                <th scope="col">Kind</th>
                <th scope="col">Model</th>
                <th scope="col" class="num">
                  Suggestions
                </th>
                <th scope="col" class="num">
                  Tokens in
                </th>
                <th scope="col" class="num">
                  Tokens out
                </th>
                <th scope="col" class="num">
                  US$
                </th>
              </tr>
            </thead>
            <tbody>
              {value.rows.map(({ kind, model, suggestions, tokensIn, tokensOut, usd }) => (
                <tr key={`${kind} ${model}`}>
                  <th scope="row">
                    {kind.startsWith("lookup") ? (
                      kind
                    ) : (
                      <button type="button" class="plain-figure" onClick={() => store.open("kind", kind)}>
                        {kind}
                      </button>
                    )}
                  </th>
                  <td>{model}</td>
                  <td class="num">{count(suggestions)}</td>
                  <td class="num">{count(tokensIn)}</td>
                  <td class="num">{count(tokensOut)}</td>
                  <td class="num">{usd === null ? "no price" : usd.toFixed(2)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      ) : null}
    </section>
  );
}

function inAll({ totalUsd, perAccepted, perConversation }: Cost): string {
  if (totalUsd == null) return "The price of a model is not known, so neither is the sum.";
  const each = [
    ...(perAccepted ? [`${cents(perAccepted)} a draft that was sent`] : []),
    ...(perConversation ? [`${cents(perConversation)} a conversation`] : []),
  ];
  return `${totalUsd ? `$${totalUsd.toFixed(2)}` : "Nothing"} in these days${each.length ? `: ${each.join(", ")}` : ""}.`;
}
