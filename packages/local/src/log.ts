/** One line a report, on stderr. Never a body: customers' text stays out of logs. */
export type Log = (line: string) => void;

/** An unknown error as one line, with its stack, since who reads it has the source at hand. */
export const told = (error: unknown): string =>
  error instanceof Error
    ? (error.stack ?? `${error.name}: ${error.message}`).replaceAll(/\s*\n\s*/g, " | ")
    : String(error);

/** What a person must be told in one line, without a stack: a taken port, an unwritable folder. */
export class Refusal extends Error {
  constructor(message: string) {
    super(message);
    this.name = "Refusal";
  }
}
