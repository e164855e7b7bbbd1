/** The lead's page: what is chosen, what the server answered to it. */
import { effect, signal } from "@preact/signals";
import { type Client, type Me, RequestError } from "../client.ts";
import { explores, narrow, range, read, type State, write } from "./address.ts";
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
  /** A file that is being read together. */
  const downloading = signal<"csv" | "json" | undefined>(undefined);
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
    void load(measurements, "/api/measurements");
    void load(proposals, "/api/proposals");
    void load(imports, "/api/imports");
    follow(judge, ["measurement"]);
    follow(
      (now) => {
        if (explores(now)) void load(explored, `/api/reports/effect${narrow(now, own())}`);
        else explored.value = {};
      },
      ["from", "to", "rep", "team", "measurement"],
    );
    follow(
      ({ from, to }) => {
        void load(gaps, `/api/reports/gaps${range({ from, to })}`);
        void load(cost, `/api/reports/cost${range({ from, to })}`);
      },
      ["from", "to"],
    );
    follow(
      (now) => void load(days, `/api/reports/acceptance${narrow(now, { by: now.each ?? "day" })}`),
      ["from", "to", "rep", "team", "each"],
    );
    follow(
      (now) => void load(groups, `/api/reports/acceptance${narrow(now, { by: now.by })}`),
      ["from", "to", "rep", "team", "by"],
    );
    follow(() => void more(), ["from", "to", "rep", "team", "measurement", "open"]);
  }

  const own = (): Record<string, string> => {
    const { measurement } = state.value;
    return measurement ? { measurement } : {};
  };

  /** The verdict of the measurement that is looked at; by tenure too, where that was asked for. */
  function judge() {
    const asked = [load(verdict, `/api/reports/effect${range({}, own())}`)];
    if (latest.has(tenure)) asked.push(load(tenure, `/api/reports/effect${range({}, { by: "tenure", ...own() })}`));
    return Promise.all(asked);
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

  /** Where the rows behind the opened figure are: conversations behind a comparison, suggestions behind all else. */
  function behind(more: Record<string, string> = {}, form = ""): string {
    const { open } = state.value;
    if (open?.by === "arm") return `/api/reports/outcomes${narrow(state.value, { arm: open.key, ...own(), ...more })}`;
    const chosen: Record<string, string> = !open
      ? {}
      : open.by === "outcome" || open.by === "reason"
        ? { [open.by]: open.key }
        : { by: open.by, ...(open.key === "*" ? {} : { key: open.key }) };
    return `/api/reports/records${form}${narrow(state.value, { ...chosen, ...more })}`;
  }

  async function more(cursor?: string) {
    if (!state.value.open) {
      records.value = {};
      return;
    }
    const before = cursor ? (records.peek().value?.rows ?? []) : [];
    const page = { value: {} as Loaded<Records> };
    await load(page, behind({ limit: "50", ...(cursor ? { cursor } : {}) }));
    const { value, problem } = page.value;
    records.value = value ? { value: { ...value, rows: [...before, ...value.rows] } } : { problem };
  }

  /** The rows as a file, all pages of them; the token goes in a header, so the browser cannot fetch it by itself. */
  async function download(form: "csv" | "json") {
    if (downloading.value) return;
    downloading.value = form;
    try {
      if (form === "csv" && state.value.open?.by !== "arm") save("cuecard-records.csv", "text/csv", await allCsv());
      else save("cuecard-records.json", "application/json", [JSON.stringify(await allRows())]);
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      if (error.status === 401) problem.value = "signed-out";
      else records.value = { problem: error.message || "The file did not come." };
    } finally {
      downloading.value = undefined;
    }
  }

  async function allCsv(): Promise<string[]> {
    const parts: string[] = [];
    for (let path: string | undefined = behind({}, ".csv"); path; ) {
      const { text, next }: { text: string; next: string | undefined } = await client.page(path);
      // Every page begins with the names of the columns.
      parts.push(parts.length ? text.slice(text.indexOf("\n") + 1) : text);
      path = next;
    }
    return parts;
  }

  async function allRows(): Promise<Records["rows"]> {
    const rows: Records["rows"] = [];
    for (let cursor: string | undefined = ""; cursor !== undefined; ) {
      const part: Records = await client.get<Records>(behind({ limit: "1000", ...(cursor ? { cursor } : {}) }));
      rows.push(...part.rows);
      cursor = part.next;
    }
    return rows;
  }

  function save(name: string, type: string, parts: string[]) {
    const link = page.document.createElement("a");
    link.href = URL.createObjectURL(new Blob(parts, { type }));
    link.download = name;
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
        // It speaks of the one that runs now, whichever was looked at before.
        state.value.measurement ? set({ measurement: undefined }) : judge(),
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
      if (!latest.has(tenure)) void load(tenure, `/api/reports/effect${range({}, { by: "tenure", ...own() })}`);
    },
    groups,
    days,
    gaps,
    cost,
    records,
    downloading,
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
