/** Dependencies: pinned exactly, explained each in docs/dependencies.md, and the same in the lock file. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

type Manifest = { version?: string; engines?: { node?: string } } & Record<
  "dependencies" | "devDependencies" | "optionalDependencies" | "peerDependencies",
  Record<string, string> | undefined
>;
const root = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(fileURLToPath(new URL(path, root)), "utf8");
const folders = ["", ...readdirSync(new URL("packages/", root)).map((name) => `packages/${name}`)];
const manifests = new Map(
  folders.map((folder) => [folder, JSON.parse(read(`${folder ? `${folder}/` : ""}package.json`)) as Manifest]),
);
const all = (one: Partial<Manifest>) => ({
  ...one.dependencies,
  ...one.devDependencies,
  ...one.optionalDependencies,
  ...one.peerDependencies,
});
const foreign = (one: Manifest) => Object.entries(all(one)).filter(([name]) => !name.startsWith("@cuecard/"));

test("each is pinned to one version", () => {
  const pairs = [...manifests.values()].flatMap(foreign);
  expect(pairs.length).toBeGreaterThan(30);
  expect(pairs.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
});

test("the lock file is in step, and has a hash for everything it brings", () => {
  const { packages } = JSON.parse(read("package-lock.json")) as {
    packages: Record<string, Partial<Manifest> & { resolved?: string; integrity?: string; link?: boolean }>;
  };
  for (const [folder, manifest] of manifests) expect([folder, all(packages[folder]!)]).toEqual([folder, all(manifest)]);
  for (const manifest of manifests.values())
    for (const [name, version] of foreign(manifest)) expect(packages[`node_modules/${name}`]?.version).toBe(version);
  const fetched = Object.entries(packages).filter(([path, one]) => path.includes("node_modules/") && !one.link);
  expect(fetched.length).toBeGreaterThan(200);
  // Without an address npm asks the registry of whoever installs; the hash decides what is taken.
  const from = /^https:\/\/registry\.npmjs\.org\//;
  const odd = fetched.filter(
    ([, { resolved, integrity }]) => !integrity?.startsWith("sha512-") || (resolved && !from.test(resolved)),
  );
  expect(odd.map(([path]) => path)).toEqual([]);
});

test("the table says of each why it is there, in which version, and where; and of nothing else", () => {
  const row = /^\| `([^`]+)` \| (\S+) \| ([\w, ]+) \| (.+) \| (.+) \|$/gm;
  const told = [...read("docs/dependencies.md").matchAll(row)].map(([, name, version, where]) =>
    [name, version, where].join(" "),
  );
  const found = new Map<string, string[]>();
  for (const [folder, manifest] of manifests)
    for (const [name, version] of foreign(manifest)) {
      const key = `${name} ${version}`;
      found.set(key, [...(found.get(key) ?? []), folder.replace("packages/", "") || "root"]);
    }
  expect(told.sort()).toEqual([...found].map(([key, where]) => `${key} ${where.join(", ")}`).sort());
});
