/** A function bundled as `sst deploy` bundles it. */

import { fileURLToPath } from "node:url";
import { build } from "esbuild";

export const root = fileURLToPath(new URL("../../../../", import.meta.url));
/** CommonJS packages ask for `require` in a module: SST adds the same line. */
const banner = 'import { createRequire as req } from "node:module"; const require = req(import.meta.url);';

/** Writes `index.mjs` and its chunks into `outdir`. */
export const bundle = (file: string, outdir: string) =>
  build({
    entryPoints: { index: file },
    bundle: true,
    minify: true,
    splitting: true,
    platform: "node",
    format: "esm",
    target: "node20",
    outdir,
    outExtension: { ".js": ".mjs" },
    banner: { js: banner },
    nodePaths: [`${root}node_modules`],
    metafile: true,
    logLevel: "error",
  });
