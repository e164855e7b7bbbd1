/**
 * Bundles the pages into `dist/`: `index.html` (the demo desk), `sidebar.html`, `lead.html`, `admin.html`, `sign-in.html` and `assets/*`
 * with hashed names; and, under names that stay, what others' pages load: `embed.js` and `shells/*`. Pages carry no inline
 * script or style, so `default-src 'self'` holds. Run: `npm run build -w @cuecard/web`; `CUECARD_PAGES=sidebar,lead,admin`
 * leaves the desk out.
 */
import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));

const pages = {
  desk: { file: "index.html", title: "Cuecard · demo desk" },
  sidebar: { file: "sidebar.html", title: "Cuecard" },
  lead: { file: "lead.html", title: "Cuecard · how much it helps" },
  admin: { file: "admin.html", title: "Cuecard · set up" },
};
export type Page = keyof typeof pages;
export const allPages = Object.keys(pages) as Page[];

export type BuildOptions = {
  /** The folder written to; `packages/web/dist` unless given. Its `assets` are replaced. */
  out?: string;
  pages?: Page[];
};

/** Gives the size in bytes of each file written, by its path inside `out`. Throws what esbuild throws. */
export async function build(options: BuildOptions = {}): Promise<Record<string, number>> {
  const out = options.out ?? join(here, "dist");
  const wanted = options.pages ?? allPages;
  const bundle = await esbuild.build({
    absWorkingDir: here,
    entryPoints: [
      ...wanted.map((page) => ({ in: `src/${page}/main.tsx`, out: page })),
      { in: "src/sign-in/main.ts", out: signIn },
      ...(wanted.includes("sidebar") ? [{ in: "src/sidebar/early.ts", out: early }] : []),
    ],
    outdir: out,
    entryNames: "assets/[name]-[hash]",
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    charset: "utf8",
    jsx: "automatic",
    jsxImportSource: "preact",
    metafile: true,
    write: false,
  });
  const icon = await readFile(join(here, "src/style/icon.svg"));
  const iconPath = `assets/icon-${createHash("sha256").update(icon).digest("hex").slice(0, 8)}.svg`;

  const files: Record<string, Uint8Array | string> = { [iconPath]: icon, ...(await embedded()) };
  for (const { path, contents } of bundle.outputFiles) files[relative(out, path)] = contents;
  for (const { page, file, title } of [
    ...wanted.map((page) => ({ page, ...pages[page] })),
    { page: signIn, file: "sign-in.html", title: "Cuecard · sign in" },
  ]) {
    const assets = Object.keys(files).filter((name) => name.startsWith(`assets/${page}-`));
    const first =
      page === "sidebar" ? Object.keys(files).find((name) => name.startsWith(`assets/${early}-`)) : undefined;
    files[file] = html(title, iconPath, assets, first);
  }

  await rm(join(out, "assets"), { recursive: true, force: true });
  const sizes: Record<string, number> = {};
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(out, name)), { recursive: true });
    await writeFile(join(out, name), content);
    sizes[name] = Buffer.byteLength(content);
  }
  return sizes;
}

/** Not `sign-in`: a hash follows a hyphen, and the assets of a page are found by what stands before it. */
const signIn = "signin";
/** The script that a page runs as soon as it is there, whatever else is still on its way. */
const early = "early";

/** What pages of others load has names that stay. `embed.v1.js` never changes what it promises; `embed.js` is the newest. */
async function embedded(): Promise<Record<string, Uint8Array>> {
  const options = { absWorkingDir: here, bundle: true, minify: true, target: "es2022", charset: "utf8" } as const;
  const embed = await esbuild.build({
    ...options,
    entryPoints: ["src/embed.ts"],
    format: "iife",
    globalName: "Cuecard",
    write: false,
  });
  const shells = await esbuild.build({
    ...options,
    entryPoints: [
      ...["chatwoot", "front", "helpscout", "zendesk"].map((name) => `src/shells/${name}.ts`),
      "src/shells/shell.css",
    ],
    outdir: "shells",
    format: "esm",
    write: false,
  });
  const front = await esbuild.build({
    ...options,
    entryPoints: ["src/shells/front-sdk.ts"],
    format: "iife",
    globalName: "Front",
    write: false,
  });
  const script = embed.outputFiles[0]!.contents;
  return {
    "embed.js": script,
    "embed.v1.js": script,
    ...Object.fromEntries(shells.outputFiles.map(({ path, contents }) => [`shells/${basename(path)}`, contents])),
    "shells/front-sdk.js": front.outputFiles[0]!.contents,
  };
}

function html(title: string, icon: string, assets: string[], first?: string): string {
  const styles = assets.filter((name) => name.endsWith(".css"));
  const scripts = assets.filter((name) => name.endsWith(".js"));
  return [
    "<!doctype html>",
    '<html lang="en">',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    // Before the style, which scripts would wait for.
    ...(first ? [`<script type="module" async src="/${first}"></script>`] : []),
    `<title>${title}</title>`,
    `<link rel="icon" href="/${icon}">`,
    ...styles.map((name) => `<link rel="stylesheet" href="/${name}">`),
    ...scripts.map((name) => `<script type="module" src="/${name}"></script>`),
    '<body><div id="app"></div><noscript>Cuecard needs JavaScript.</noscript></body>',
    "</html>",
    "",
  ].join("\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const named = process.env.CUECARD_PAGES?.split(",").map((name) => name.trim()) ?? allPages;
  const unknown = named.filter((name) => !(name in pages));
  if (unknown.length) throw new Error(`CUECARD_PAGES names no page of ours: ${unknown.join(", ")}`);
  for (const [name, bytes] of Object.entries(await build({ pages: named as Page[] })))
    console.log(`${String(bytes).padStart(8)}  ${name}`);
}
