/** Keys made at the first start and kept in the data folder, readable by their owner alone. */
import { randomBytes } from "node:crypto";
import { link, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

export type Keys = {
  /** 32 random bytes in base64. */
  session: string;
  vault: string;
  /** The demo workspace's webhook secret, `whsec_…`. */
  demoSecret: string;
};

/** `demoSecret`, if given, stands for the kept one, and is not kept. */
export async function keepKeys(folder: string, demoSecret: string | undefined): Promise<Keys> {
  const random = () => randomBytes(32).toString("base64");
  return {
    session: await keep(join(folder, "session.key"), random),
    vault: await keep(join(folder, "vault.key"), random),
    demoSecret: demoSecret ?? (await keep(join(folder, "demo-webhook.secret"), () => `whsec_${random()}`)),
  };
}

/** The file is whole or absent, even if the process is killed meanwhile: half a key would lock out what it encrypted. */
async function keep(file: string, make: () => string): Promise<string> {
  try {
    return (await readFile(file, "utf8")).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  const draft = `${file}.new`;
  await rm(draft, { force: true });
  const value = make();
  await writeFile(draft, `${value}\n`, { mode: 0o600, flush: true });
  await link(draft, file);
  await rm(draft);
  return value;
}
