/** What a measurement would find, before anybody starts it. */
import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Plan } from "./data.ts";
import type { Store } from "./store.ts";

export const metricNames: Record<string, string> = {
  handleTimeMs: "Handle time",
  firstReplyMs: "Time to first reply",
  resolutionMs: "Time to resolution",
  replies: "Replies per conversation",
  resolved: "Resolved",
  reopened7d: "Reopened within 7 days",
  contactedAgain7d: "Wrote again within 7 days",
  escalated: "Escalated",
  rating: "Rating",
};
const shares = ["resolved", "reopened7d", "contactedAgain7d", "escalated"];

export type Wish = { design: "conversation" | "switchback"; primaryMetric: string; holdout: number; days: number };
/** As typed; the lists by commas. */
type LeftOut = { tags: string; teams: string; newRepDays: number };

const listOf = (text: string) => [...new Set(text.split(",").map((one) => one.trim()))].filter(Boolean);
/** Undefined where nobody is left out. */
function exemptOf({ tags, teams, newRepDays }: LeftOut) {
  const exempt = { tags: listOf(tags), teams: listOf(teams), newRepDays: newRepDays || 0 };
  return exempt.tags.length || exempt.teams.length || exempt.newRepDays ? { exempt } : {};
}

const usual: Wish = { design: "conversation", primaryMetric: "handleTimeMs", holdout: 0.5, days: 21 };

type Props = { store: Store; given: Partial<Wish>; replaces: boolean; done(): void };

export function PlanForm({ store, given, replaces, done }: Props) {
  const wish = useSignal<Wish>({ ...usual, ...given });
  const out = useSignal<LeftOut>({ tags: "", teams: "", newRepDays: 0 });
  const shadow = useSignal(false);
  const refused = useSignal<string | undefined>(undefined);
  const busy = useSignal(false);
  const { design, primaryMetric, holdout, days } = wish.value;
  const sound = holdout > 0 && holdout < 1 && Number.isInteger(days) && days >= 1 && days <= 730;
  useEffect(() => {
    if (sound) store.askPlan({ design, primaryMetric, holdout: String(holdout), days: String(days) });
  }, [store, sound, design, primaryMetric, holdout, days]);
  const put = (next: Partial<Wish>) => {
    wish.value = { ...wish.value, ...next };
  };
  const { value, problem } = store.plan.value;
  const admin = store.me.value?.role === "admin";
  // The planner's own sentence speaks of these.
  const asUsual = holdout === usual.holdout && days === usual.days;
  return (
    <form
      class="stack plan"
      onSubmit={(event) => {
        event.preventDefault();
        busy.value = true;
        void store
          .measure("/api/measurements", {
            ...wish.value,
            ...exemptOf(out.value),
            ...(shadow.value ? { shadow: true } : {}),
          })
          .then((words) => {
            refused.value = words;
            busy.value = false;
            if (words === undefined) done();
          });
      }}
    >
      <div class="fields">
        <label>
          <span class="quiet small">What is drawn</span>
          <select value={design} onChange={(event) => put({ design: event.currentTarget.value as Wish["design"] })}>
            <option value="conversation">Each conversation</option>
            <option value="switchback">A rep's whole week</option>
          </select>
        </label>
        <label>
          <span class="quiet small">In control, %</span>
          <input
            type="number"
            min="1"
            max="99"
            required
            value={Math.round(holdout * 100)}
            onChange={(event) => put({ holdout: event.currentTarget.valueAsNumber / 100 })}
          />
        </label>
        <label>
          <span class="quiet small">Judged by</span>
          <select value={primaryMetric} onChange={(event) => put({ primaryMetric: event.currentTarget.value })}>
            {Object.entries(metricNames).map(([metric, name]) => (
              <option key={metric} value={metric}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span class="quiet small">Days</span>
          <input
            type="number"
            min="1"
            max="730"
            required
            value={days}
            onChange={(event) => put({ days: event.currentTarget.valueAsNumber })}
          />
        </label>
      </div>
      {admin ? <LeaveOut out={out} /> : null}
      {admin ? (
        <label class="row">
          <input
            type="checkbox"
            checked={shadow.value}
            onChange={(event) => (shadow.value = event.currentTarget.checked)}
          />
          In control, make drafts that nobody sees, and compare them with what reps write
        </label>
      ) : null}
      {problem ? <p class="note error">{problem}</p> : null}
      <p aria-live="polite">
        {value ? (
          (!asUsual && finds(value, wish.value)) || value.sentence
        ) : (
          <span class="busy">Looking at the last four weeks …</span>
        )}
      </p>
      {value && !asUsual && finds(value, wish.value) ? <p class="quiet">{value.sentence}</p> : null}
      {admin ? (
        <div class="row wrap">
          <button type="submit" class="main" disabled={!sound || busy.value}>
            Start
          </button>
          {replaces ? <span class="quiet">This ends the running one.</span> : null}
        </div>
      ) : (
        <p class="quiet">An admin may start it.</p>
      )}
      {refused.value ? (
        <p class="note" role="alert">
          {refused}
        </p>
      ) : null}
    </form>
  );
}

/** Known before the draw, so it is fair to leave them out; they get suggestions and are counted apart. */
function LeaveOut({ out }: { out: Signal<LeftOut> }) {
  const put = (next: Partial<LeftOut>) => {
    out.value = { ...out.value, ...next };
  };
  const { tags, teams, newRepDays } = out.value;
  return (
    <details class="others">
      <summary>Leave some out</summary>
      <p class="quiet small">
        They get suggestions, and stand in neither arm. Several by commas, as the helpdesk writes them.
      </p>
      <div class="fields">
        <label>
          <span class="quiet small">Conversations with these tags</span>
          <input value={tags} placeholder="vip, legal" onInput={(event) => put({ tags: event.currentTarget.value })} />
        </label>
        <label>
          <span class="quiet small">These teams</span>
          <input value={teams} onInput={(event) => put({ teams: event.currentTarget.value })} />
        </label>
        <label>
          <span class="quiet small">Reps in their first days</span>
          <input
            type="number"
            min="0"
            max="3650"
            value={newRepDays}
            onInput={(event) => put({ newRepDays: event.currentTarget.valueAsNumber })}
          />
        </label>
      </div>
    </details>
  );
}

/** "A true difference of 6 % ±6 %, four times in five." Shares in points; the rest in parts of the mean. */
function finds({ asked }: Plan, { primaryMetric }: Wish): string | null {
  if (asked?.finds == null) return null;
  const size = shares.includes(primaryMetric)
    ? `${(asked.finds * 100).toFixed(1)} points`
    : asked.relative === null
      ? asked.finds.toFixed(2)
      : `${(asked.relative * 100).toFixed(asked.relative < 0.1 ? 1 : 0)} %`;
  return `This finds ±${size}, four times in five.`;
}
