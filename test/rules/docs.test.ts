/** What the docs name exists, and what a person may set is in the docs: commands, flags, files, links, routes, settings, environment. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { names as helpdesks } from "@cuecard/core/helpdesk/registry";
import { routes } from "@cuecard/functions/api/groups";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const read = (path: string) => readFileSync(join(root, path), "utf8");
const under = (folder: string, ends: RegExp): string[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && ends.test(entry.name) && !/node_modules|\/dist/.test(entry.parentPath))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length));

const docs = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", ...under("docs", /\.md$/)].map(
  (path) => [path, read(path)] as const,
);
/** What is shipped and deployed, without tests. */
const sources = ["sst.config.ts", ...under("stacks", /\.ts$/), ...under("packages", /\.(tsx?|mjs|html|css)$/)].map(
  read,
);
const code = sources.join("\n");
const everything = [code, ...under("test", /\.(ts|mjs)$/).map(read)].join("\n");
const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
const all = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map((match) => match[1]!);
/** Each thing that is wrong, with the page it stands on. A search that finds next to nothing looks for the wrong thing. */
function wrong(
  found: (text: string, path: string) => string[],
  good: (name: string, path: string) => boolean,
): string[] {
  const named = docs.flatMap(([path, text]) => found(text, path).map((name) => ({ path, name })));
  expect(named.length).toBeGreaterThan(8);
  return named.flatMap(({ path, name }) => (good(name, path) ? [] : [`${path}: ${name}`]));
}
const uniq = (names: string[]) => [...new Set(names)].sort();

describe("a command", () => {
  const named = (text: string) => all(text, /\bnpm (?:run (?:-s )?)?((?<=run (?:-s )?)[a-z][\w:]*|start|test)\b/g);

  test("that the docs name exists", () => {
    expect(wrong(named, (name) => name in scripts)).toEqual([]);
  });

  test("that exists is in the docs, but for those that others run", () => {
    const known = new Set(docs.flatMap(([, text]) => named(text)));
    expect(Object.keys(scripts).filter((name) => !known.has(name))).toEqual(["prepare"]);
  });

  test("takes the flags that the docs give it", () => {
    const flags = (text: string) =>
      all(
        text.replaceAll(/`?(npx sst|cloudflared|git|node) [^`\n]*?(?= -- |`|\n)/g, ""),
        /(?<![\w-])--([a-z][a-z-]+)/g,
      );
    expect(wrong(flags, (name) => new RegExp(`"?${name}"?\\??:|"--${name}"`).test(everything))).toEqual([]);
  });
});

describe("a file", () => {
  test("that the docs link to exists, and the heading in it", () => {
    const links = (text: string) => all(text, /\]\(((?!https?:|mailto:)[^)\s]+)\)/g);
    const slug = (heading: string) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
        .trim()
        .replaceAll(" ", "-");
    const good = (link: string, from: string) => {
      const [path, anchor] = link.split("#") as [string, string?];
      const file = path ? join(dirname(from), path) : from;
      if (!existsSync(join(root, file))) return false;
      return (
        !anchor ||
        all(read(file), /^#+ (.+)$/gm)
          .map(slug)
          .includes(anchor)
      );
    };
    expect(wrong(links, good)).toEqual([]);
  });

  test("that the docs name by its path exists", () => {
    const paths = (text: string) => all(text, /(?<![\w/.-])((?:packages|docs|stacks|test)\/[\w./*{},-]+)/g);
    const good = (name: string) => {
      const path = name.replace(/[.,]+$/, "");
      return /[*{}]|VERSION/.test(path) || existsSync(join(root, path));
    };
    expect(wrong(paths, good)).toEqual([]);
  });
});

describe("a route", () => {
  const others = ["/webhooks/{}/{}", "/dev/login", "/openapi.json", "/healthz", "/api/{}"];
  const given = new RegExp(`\\{[^}]*\\}|(?<=/)(?:demo|${helpdesks.join("|")})(?=/|$)`, "g");
  const plain = (path: string) => path.replace(/[?#].*$/, "").replaceAll(given, "{}");

  test("that the docs name exists", async () => {
    const served = new Set((await routes()).map(({ method, path }) => `${method} ${plain(path)}`));
    const named = (text: string) =>
      all(text, /((?:(?:GET|PUT|POST|DELETE)(?:\||, | and | or ))*(?:GET|PUT|POST|DELETE) \/[\w./{}:?=&…-]+)/g);
    const good = (name: string) => {
      const [, methods, path] = /^(.*?) (\/.*)$/.exec(name)!;
      const wanted = plain(path!.replace(/[.…:]+$/, ""));
      // Other systems' own routes, and a page that names a part of ours.
      if (!wanted.startsWith("/api/") || /^\/api\/v\d/.test(wanted) || others.includes(wanted)) return true;
      return methods!.split(/[^A-Z]+/).every((method) => served.has(`${method} ${wanted}`));
    };
    expect(wrong(named, good)).toEqual([]);
  });
});

describe("the environment", () => {
  const variables = /\b((?:CUECARD|OPENAI)_[A-Z0-9_]*[A-Z0-9])\b/g;
  test("that the docs name is read somewhere", () => {
    const read = new Set(all(everything, variables));
    expect(
      wrong(
        (text) => all(text, variables),
        (name) => read.has(name),
      ),
    ).toEqual([]);
  });

  test("that is read is in the docs", () => {
    const told = new Set(docs.flatMap(([, text]) => all(text, variables)));
    expect(uniq(all(code, variables)).filter((name) => !told.has(name))).toEqual([]);
  });
});

describe("a name", () => {
  test("in the docs that is written as code writes names is in the code", () => {
    const names = (text: string) => all(text.replaceAll(/```.*?```/gs, ""), /`([a-z]+(?:[A-Z][a-z0-9]+)+)`/g);
    const words = new Set(everything.match(/[A-Za-z0-9]+/g));
    expect(wrong(names, (name) => words.has(name))).toEqual([]);
  });
});
