/** Dead letters: of the Cuecard that runs here, by its own page; of a stage, by its table, where their handler has put them. */
import { Job } from "@cuecard/core/job";
import { deadLettersPk } from "@cuecard/core/store/keys";
import type { Table } from "@cuecard/core/store/port";
import type { Send } from "@cuecard/functions/jobs";
import { Refusal } from "./log.ts";

/** `job` as it was sent: ids, never text. */
export type Letter = { id: string; diedAt: string; job: unknown };
export type Letters = { list(): Promise<Letter[]>; redrive(): Promise<number> };

/** A letter is taken away only once its job is on the queue again: whoever dies in between sends it twice, which does no harm. */
export const stageLetters = (table: Table, send: Send): Letters => {
  const all = async () => table.query({ pk: deadLettersPk });
  return {
    async list() {
      return (await all()).map(({ sk, body }) => {
        const [diedAt = "", id = ""] = sk.split("#");
        return { id, diedAt, job: JSON.parse(String(body)) };
      });
    },
    async redrive() {
      const letters = await all();
      let sent = 0;
      for (const letter of letters) {
        const job = Job.safeParse(JSON.parse(String(letter.body)));
        if (!job.success) continue; // of another version: it stays to be looked at
        await send(job.data);
        await table.remove(letter);
        sent++;
      }
      return sent;
    },
  };
};

export const localLetters = (url: string): Letters => {
  const ask = async (method: string) => {
    const response = await fetch(`${url}/dev/dead-letters`, { method }).catch(() => {
      throw new Refusal(`No Cuecard answers at ${url}. Start it, or give --url.`);
    });
    if (!response.ok) throw new Refusal(`${url} answered ${response.status}.`);
    return response.json() as Promise<{
      deadLetters?: { id: string; body: string; diedAt: number }[];
      redriven?: number;
    }>;
  };
  return {
    async list() {
      const { deadLetters = [] } = await ask("GET");
      return deadLetters.map(({ id, body, diedAt }) => ({
        id,
        diedAt: new Date(diedAt).toISOString(),
        job: JSON.parse(body),
      }));
    },
    redrive: async () => (await ask("POST")).redriven ?? 0,
  };
};
