/**
 * What stands behind `npm run NAME --`: `--help` prints the usage and ends well; an option there is not is one line and exit code 2,
 * which tells it from a command that ran and found something (1).
 */
import { type ParseArgsConfig, parseArgs } from "node:util";

export function flags<T extends ParseArgsConfig>(usage: string, config: T): ReturnType<typeof parseArgs<T>> {
  const args = config.args ?? process.argv.slice(2);
  if (args.includes("--help")) {
    process.stdout.write(`${usage}\n`);
    process.exit(0);
  }
  try {
    return parseArgs(config);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    // Node goes on about positional arguments, which nobody meant.
    const [what = ""] = error.message.split(/\.\s/);
    process.stderr.write(`${what.replace(/\.$/, "")}. With --help this command says what it takes.\n`);
    process.exit(2);
  }
}
