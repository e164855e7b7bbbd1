/** Questions to a person at a terminal. What is typed as a secret is not shown. */
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";

export type Ask = {
  /** An empty answer gives `otherwise`. */
  text(question: string, otherwise?: string): Promise<string>;
  secret(question: string): Promise<string>;
  close(): void;
};

export function askAt(input: NodeJS.ReadableStream, output: NodeJS.WritableStream): Ask {
  let silent = false;
  const screen = new Writable({
    write(chunk, _encoding, done) {
      if (!silent) output.write(chunk);
      done();
    },
  });
  const lines = createInterface({ input, output: screen, terminal: true });
  const text: Ask["text"] = async (question, otherwise = "") => {
    const answer = (await lines.question(`${question}${otherwise ? ` [${otherwise}]` : ""} `)).trim();
    return answer || otherwise;
  };
  return {
    text,
    async secret(question) {
      output.write(`${question} `);
      silent = true;
      try {
        return (await lines.question("")).trim();
      } finally {
        silent = false;
        output.write("\n");
      }
    },
    close: () => lines.close(),
  };
}
