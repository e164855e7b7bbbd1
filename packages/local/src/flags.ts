/**
 * What stands behind `npm run NAME --`: `--help` prints the usage and ends well; an option there is not, or a number that is none, is one line and exit code 2,
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
    return refuse(`${what.replace(/\.$/, "")}. With --help this command says what it takes.`);
  }
}

/** The number that was given for `--name`, from `least` to `most`; anything else ends the command as an unknown option does. */
export function numberOf(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  return text.trim() !== "" && value >= least && value <= most
    ? value
    : refuse(`--${name} takes a number from ${least} to ${most}, not ${text}.`);
}

/** As `numberOf`, without a fraction. */
export function wholeOf(name: string, text: string, least: number, most: number): number {
  const value = numberOf(name, text, least, most);
  return Number.isInteger(value) ? value : refuse(`--${name} takes a whole number, not ${text}.`);
}

function refuse(line: string): never {
  process.stderr.write(`${line}\n`);
  process.exit(2);
}
