/** What the language model cost today and this month. */
import { dollars } from "./data.ts";
import { Card, Waiting } from "./parts.tsx";
import type { Loaded, Store } from "./store.ts";

type Cost = { totalUsd: number | null };

export function Spend({ store }: { store: Store }) {
  const { today, month, settings } = store;
  const budget = settings.value.value?.dailyBudgetUsd ?? null;
  const spent = today.value.value?.totalUsd ?? 0;
  return (
    <Card title="Spend">
      <Waiting of={today.value} />
      <dl class="figures">
        <Figure name="Today" of={today.value} more={budget === null ? "" : ` of ${dollars(budget)}`} />
        <Figure name="This month" of={month.value} more="" />
      </dl>
      {budget !== null && spent >= budget ? (
        <p class="note">Today's budget is used up. Until tomorrow drafts come from articles and past replies.</p>
      ) : null}
    </Card>
  );
}

function Figure({ name, of, more }: { name: string; of: Loaded<Cost>; more: string }) {
  const { value } = of;
  return (
    <div>
      <dt class="quiet">{name}</dt>
      <dd>
        {!value ? "–" : value.totalUsd === null ? "not known: a model has no price here" : dollars(value.totalUsd)}
        {value ? <span class="quiet">{more}</span> : null}
      </dd>
    </div>
  );
}
