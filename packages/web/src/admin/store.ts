/** The admin's page: what the server knows, and each change it is asked for. */
import { type Signal, signal } from "@preact/signals";
import { type Client, type Me, RequestError } from "../client.ts";
import * as Data from "./data.ts";

export type Loaded<T> = { value?: T; problem?: string };
export type Store = ReturnType<typeof createStore>;

export function createStore(client: Client) {
  const me = signal<Me | undefined>(undefined);
  const problem = signal<"signed-out" | "not-an-admin" | undefined>(undefined);
  const settings = signal<Loaded<Data.Settings>>({});
  const helpdesks = signal<Loaded<Data.Helpdesks>>({});
  const people = signal<Loaded<{ people: Data.Person[] }>>({});
  const tokens = signal<Loaded<{ tokens: Data.Token[] }>>({});
  const imports = signal<Loaded<{ imports: Data.Source[] }>>({});
  const teams = signal<Loaded<Data.Teams>>({});
  const today = signal<Loaded<Data.Cost>>({});
  const month = signal<Loaded<Data.Cost>>({});

  function refused(error: unknown): string {
    if (!(error instanceof RequestError)) throw error;
    if (error.status === 401) problem.value = "signed-out";
    else if (error.status === 403 && error.code === "role") problem.value = "not-an-admin";
    return error.message || "The server did not answer.";
  }

  async function load<T>(into: Signal<Loaded<T>>, path: string): Promise<void> {
    try {
      into.value = { value: await client.get<T>(path) };
    } catch (error) {
      const words = refused(error);
      // What was read before stays: a light that looks again must not empty the page.
      if (!into.value.value) into.value = { problem: words };
    }
  }

  const looks = {
    helpdesks: () => load(helpdesks, "/api/helpdesks"),
    people: () => load(people, "/api/people"),
    tokens: () => load(tokens, "/api/tokens"),
    imports: () => load(imports, "/api/imports"),
  };

  async function spending() {
    const day = Data.dayOf(Date.now(), settings.value.value?.timeZone ?? "UTC");
    await Promise.all([
      load(today, `/api/reports/cost?from=${day}&to=${day}`),
      load(month, `/api/reports/cost?from=${day.slice(0, 8)}01&to=${day}`),
    ]);
  }

  async function start() {
    problem.value = undefined;
    try {
      me.value = await client.get<Me>("/api/me");
    } catch (error) {
      refused(error);
      problem.value = "signed-out";
      return;
    }
    if (me.value.role !== "admin") {
      problem.value = "not-an-admin";
      return;
    }
    await Promise.all([
      load(settings, "/api/settings").then(spending),
      load(teams, "/api/reports/acceptance?by=team"),
      ...Object.values(looks).map((look) => look()),
    ]);
  }

  const helpdeskPath = (name: string) => `/api/helpdesks/${encodeURIComponent(name)}`;

  /** Each throws `RequestError`: whoever shows the button says why it did not work. */
  const change = {
    async settings(patch: Data.Patch) {
      const value = await client.put<Data.Settings>("/api/settings", patch);
      settings.value = { value };
      if (patch.timeZone !== undefined) await spending();
    },
    test: (typed: { baseUrl?: string | null; model?: string | null; modelKey?: string }) =>
      client.post<Data.Tested>("/api/model/test", typed),
    /** A secret that takes another one's place leaves that one good until the next. */
    async field(name: string, field: string, value: string | null) {
      const has = helpdesks.value.value?.helpdesks.find((one) => one.helpdesk === name)?.fields ?? [];
      if (field === "secret" && value !== null && has.includes("secret"))
        await client.post(`${helpdeskPath(name)}/rotation`, { secret: value });
      else await client.put(helpdeskPath(name), { [field]: value });
      await looks.helpdesks();
    },
    /** Gives the new secret, which nobody can read again. */
    async rotate(name: string): Promise<string> {
      const { secret } = await client.post<{ secret: string }>(`${helpdeskPath(name)}/rotation`, {});
      await looks.helpdesks();
      return secret;
    },
    async person(person: Data.Person) {
      people.value = { value: await client.put("/api/people", { people: [person] }) };
    },
    async removePerson(email: string) {
      await client.remove(`/api/people/${encodeURIComponent(email)}`);
      await looks.people();
    },
    async issue(name: string, days: number): Promise<string> {
      const { token } = await client.post<{ token: string }>("/api/tokens", { name, days });
      await looks.tokens();
      return token;
    },
    async revoke(id: string) {
      await client.remove(`/api/tokens/${encodeURIComponent(id)}`);
      await looks.tokens();
    },
  };

  return {
    me,
    problem,
    settings,
    helpdesks,
    people,
    tokens,
    imports,
    teams,
    today,
    month,
    start,
    change,
    refused,
    look: (what: keyof typeof looks) => looks[what](),
  };
}
