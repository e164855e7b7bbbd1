/** The lead's page: what is chosen, what the server answered to it. */
import { effect, signal } from "@preact/signals";
import { type Client, type Me, RequestError } from "../client.ts";
import { range, read, type State, write } from "./address.ts";
import type {
  Acceptance,
  Articles,
  Cost,
  Effect,
  Gaps,
  Imports,
  Measurements,
  Plan,
  Proposals,
  Records,
} from "./data.ts";

export type Loaded<T> = { value?: T; problem?: string };

export type Store = ReturnType<typeof createStore>;

export function createStore(client: Client, page: Window) {
  const state = signal<State>(read(page.location.search));
  const me = signal<Me | undefined>(undefined);
  const problem = signal<"signed-out" | "not-a-lead" | undefined>(undefined);
  const verdict = signal<Loaded<Effect>>({});
  const explored = signal<Loaded<Effect>>({});
  const tenure = signal<Loaded<Effect>>({});
  const groups = signal<Loaded<Acceptance>>({});
  const days = signal<Loaded<Acceptance>>({});
  const gaps = signal<Loaded<Gaps>>({});
  const cost = signal<Loaded<Cost>>({});
  const records = signal<Loaded<Records>>({});
  const measurements = signal<Loaded<Measurements>>({});
  const plan = signal<Loaded<Plan>>({});
  const articles = signal<Loaded<Articles>>({});
  const proposals = signal<Loaded<Proposals>>({});
  const imports = signal<Loaded<Imports>>({});

  async function load<T>(into: { value: Loaded<T> }, path: string): Promise<void> {
    const asked = {};
    latest.set(into, asked);
    try {
      const value = await client.get<T>(path);
      if (latest.get(into) === asked) into.value = { value };
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      if (error.status === 401) problem.value = "signed-out";
      else if (error.status === 403) problem.value = "not-a-lead";
      if (latest.get(into) === asked) into.value = { problem: error.message || "The report did not come." };
    }
  }
  const latest = new Map<unknown, object>();

  function set(next: Partial<State>, keep = false) {
    state.value = { ...state.value, ...next };
    page.history[keep ? "replaceState" : "pushState"](null, "", page.location.pathname + write(state.value));
  }
  page.addEventListener("popstate", () => {
    state.value = read(page.location.search);
  });

  async function start() {
    problem.value = undefined;
    try {
      me.value = await client.get<Me>("/api/me");
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      problem.value = "signed-out";
      return;
    }
    if (me.value.role === "rep") {
      problem.value = "not-a-lead";
      return;
    }
    void load(verdict, "/api/reports/effect");
    void load(measurements, "/api/measurements");
    void load(proposals, "/api/proposals");
    void load(imports, "/api/imports");
    follow(
      ({ from, to }) => {
        void load(days, `/api/reports/acceptance${range({ from, to }, { by: "day" })}`);
        void load(gaps, `/api/reports/gaps${range({ from, to })}`);
        void load(cost, `/api/reports/cost${range({ from, to })}`);
        if (from || to) void load(explored, `/api/reports/effect${range({ from, to })}`);
        else explored.value = {};
      },
      ["from", "to"],
    );
    follow(
      ({ from, to, by }) => void load(groups, `/api/reports/acceptance${range({ from, to }, { by })}`),
      ["from", "to", "by"],
    );
    follow(() => void more(), ["from", "to", "open"]);
  }

  /** Runs at once, and again when one of these parts of the state changes. */
  function follow(work: (state: State) => void, parts: (keyof State)[]) {
    let known: string | undefined;
    effect(() => {
      const now = JSON.stringify(parts.map((part) => state.value[part] ?? null));
      if (now === known) return;
      known = now;
      work(state.value);
    });
  }

  const filters = (extra: Record<string, string> = {}) => {
    const { from, to, open } = state.value;
    return range(
      { from, to },
      { ...(open ? { by: open.by, ...(open.key === "*" ? {} : { key: open.key }) } : {}), ...extra },
    );
  };

  async function more(cursor?: string) {
    if (!state.value.open) {
      records.value = {};
      return;
    }
    const before = cursor ? (records.peek().value?.rows ?? []) : [];
    const page = { value: {} as Loaded<Records> };
    await load(page, `/api/reports/records${filters({ limit: "50", ...(cursor ? { cursor } : {}) })}`);
    const { value, problem } = page.value;
    records.value = value ? { value: { ...value, rows: [...before, ...value.rows] } } : { problem };
  }

  /** The rows as a file; the token goes in a header, so the browser cannot fetch it by itself. */
  async function download() {
    const blob = await client.blob(`/api/reports/records.csv${filters()}`);
    const link = page.document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = "cuecard-records.csv";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  /** Gives what stands in the way, in words; undefined once it is done. */
  async function act(path: string, body: object = {}): Promise<string | undefined> {
    try {
      await client.post(path, body);
      return undefined;
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      if (error.status === 401) problem.value = "signed-out";
      return error.status === 403 ? "An admin may do this." : error.message || "That did not work.";
    }
  }

  /** A new measurement, or the end of one, also changes what the verdict speaks of. */
  async function measure(path: string, body?: object): Promise<string | undefined> {
    const refused = await act(path, body);
    if (refused === undefined)
      await Promise.all([
        load(measurements, "/api/measurements"),
        load(verdict, "/api/reports/effect"),
        ...(latest.has(tenure) ? [load(tenure, "/api/reports/effect?by=tenure")] : []),
      ]);
    return refused;
  }

  async function decide(id: string, body: object): Promise<string | undefined> {
    const refused = await act(`/api/proposals/${encodeURIComponent(id)}`, body);
    if (refused === undefined) await load(proposals, "/api/proposals");
    return refused;
  }

  async function removeHistory() {
    await client.remove("/dev/history");
    page.location.reload();
  }

  return {
    state,
    me,
    problem,
    verdict,
    explored,
    tenure,
    /** Once; for what is shown only to who opens it. */
    byTenure: () => {
      if (!latest.has(tenure)) void load(tenure, "/api/reports/effect?by=tenure");
    },
    groups,
    days,
    gaps,
    cost,
    records,
    measurements,
    plan,
    articles,
    proposals,
    imports,
    measure,
    decide,
    /** What was answered to another wish is not left standing beside this one. */
    askPlan(query: Record<string, string>) {
      plan.value = {};
      void load(plan, `/api/measurements/plan?${new URLSearchParams(query)}`);
    },
    readArticles({ from, to }: Pick<State, "from" | "to">) {
      void load(articles, `/api/reports/articles${range({ from, to })}`);
    },
    set,
    start,
    more,
    download,
    removeHistory,
    open: (by: string, key: string) => set({ open: { by, key } }),
  };
}
