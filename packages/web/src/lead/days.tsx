import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { few, type Group, interval, moment, percent } from "./data.ts";
import type { Store } from "./store.ts";

const height = 160;
const left = 48;
const bottom = 24;
const plot = height - bottom - 8;

/** Acceptance by day with its band; days on which nothing was decided leave a gap. */
export function Days({ store }: { store: Store }) {
  const { value, problem } = store.days.value;
  const each = store.state.value.each ?? "day";
  const box = useRef<HTMLDivElement>(null);
  const width = useSignal(640);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      width.value = Math.max(240, entry!.contentRect.width);
    });
    if (box.current) observer.observe(box.current);
    return () => observer.disconnect();
  }, [width]);
  const rows = value?.rows.toSorted((a, b) => (a.key < b.key ? -1 : 1)) ?? [];
  return (
    <section aria-labelledby="days" aria-busy={!value}>
      <div class="head">
        <h2 id="days">Acceptance by {each}</h2>
        <button
          type="button"
          class="link"
          onClick={() => store.set({ each: each === "day" ? "week" : undefined, open: undefined })}
        >
          by {each === "day" ? "week" : "day"}
        </button>
      </div>
      <p class="quiet">
        Sent as drafted or edited, of all decided drafts. The band is the 95 % interval; click a {each}.
        {value?.asOf ? (
          <>
            {" "}
            As of <time dateTime={value.asOf}>{moment(value.asOf)}</time>.
          </>
        ) : null}
      </p>
      {problem ? <p class="note error">{problem}</p> : null}
      <div ref={box} class="chart">
        {rows.length ? <Chart rows={rows} width={width.value} each={each} store={store} /> : null}
        {value && !rows.length ? <p class="quiet">Nothing decided in these days.</p> : null}
      </div>
    </section>
  );
}

function Chart({ rows, width, each, store }: { rows: Group[]; width: number; each: "day" | "week"; store: Store }) {
  const step = (width - left - 16) / Math.max(1, rows.length - 1);
  const x = (index: number) => left + index * step;
  const y = (share: number) => 8 + (1 - share) * plot;
  const points = rows.map((row, index) => ({ row, x: x(index) }));
  const runs = split(points);
  const every = Math.ceil(rows.length / Math.max(2, Math.floor(width / 90)));
  return (
    <svg class="plot" viewBox={`0 0 ${width} ${height}`} width={width} height={height}>
      <title>Acceptance by {each}</title>
      {[0, 0.5, 1].map((share) => (
        <g key={share}>
          <line class="grid" x1={left} x2={width - 8} y1={y(share)} y2={y(share)} />
          <text class="axis" x={left - 8} y={y(share) + 4} text-anchor="end">
            {share * 100} %
          </text>
        </g>
      ))}
      {runs.map((run) => (
        <g key={run[0]!.row.key}>
          <polygon
            class="band"
            points={[
              ...run.map(({ row, x }) => `${x},${y(row.high)}`),
              ...run.toReversed().map(({ row, x }) => `${x},${y(row.low)}`),
            ].join(" ")}
          />
          <polyline class="curve" points={run.map(({ row, x }) => `${x},${y(row.rate!)}`).join(" ")} />
        </g>
      ))}
      {points.map(({ row, x }, index) => (
        <g key={row.key}>
          {index % every === 0 && (index === 0 || x < width - 40) ? (
            <text class="axis" x={x} y={height - 4} text-anchor={index === 0 ? "start" : "middle"}>
              {row.key.slice(5)}
            </text>
          ) : null}
          {row.rate === null ? null : (
            <a
              href={`#${row.key}`}
              aria-label={`${row.key}: ${percent(row.rate)} (${interval(row.low, row.high)}), ${row.decided} decided`}
              onClick={(event: Event) => {
                event.preventDefault();
                store.open(each, row.key);
              }}
            >
              <title>
                {row.key}: {percent(row.rate)} ({interval(row.low, row.high)}), {row.decided} decided
              </title>
              <rect class="hit" x={x - step / 2} y="8" width={Math.max(step, 8)} height={plot} />
              <circle class={row.decided < few ? "few" : ""} cx={x} cy={y(row.rate)} r={rows.length > 60 ? 2 : 3} />
            </a>
          )}
        </g>
      ))}
    </svg>
  );
}

type Point = { row: Group; x: number };

function split(points: Point[]): Point[][] {
  const runs: Point[][] = [];
  let run: Point[] = [];
  for (const point of points) {
    if (point.row.rate !== null) run.push(point);
    else if (run.length) {
      runs.push(run);
      run = [];
    }
  }
  return run.length ? [...runs, run] : runs;
}
