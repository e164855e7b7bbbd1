/** Where articles come from, and whether the last reading worked. */
import { ago } from "./data.ts";
import { Card, Waiting } from "./parts.tsx";
import type { Store } from "./store.ts";

export function Articles({ store }: { store: Store }) {
  const { value } = store.imports.value;
  return (
    <Card title="Articles">
      <Waiting of={store.imports.value} />
      {value && value.imports.length === 0 ? (
        <p>No help centre or folder is read yet. Articles that a program sends one by one are not listed here.</p>
      ) : null}
      {value?.imports.length ? (
        <ul class="rows" aria-label="Where articles come from">
          {value.imports.map(({ id, source, nightly, articles, lastOkAt, error, unread }) => (
            <li key={id}>
              <span class="who">
                <span>{source}</span>
                <span class="quiet small">
                  {[
                    ...(articles === null ? [] : [`${articles} articles`]),
                    lastOkAt ? `read ${ago(lastOkAt, Date.now())}` : "not read yet",
                    nightly ? "again each night" : "sent by a program",
                    ...(unread.length ? [`${unread.length} could not be read`] : []),
                  ].join(" · ")}
                </span>
                {error ? (
                  <span class="failed small">
                    Failed {ago(error.at, Date.now())}: {error.message}
                  </span>
                ) : null}
              </span>
            </li>
          ))}
        </ul>
      ) : null}
    </Card>
  );
}
