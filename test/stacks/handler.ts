/** A handler, bundled as the deploy tool would: whether it exists, and what its code can reach. */
import path from "node:path";
import * as esbuild from "esbuild";
import { paths } from "./platform.ts";

/** `problem` says why it could not be built, `uses` the rights and `reads` the links its code needs. */
export type Bundled = { problem?: string; uses?: string[]; reads?: string[] };

/** Which rights each method of the store's port needs, and each sender of functions/src/deps.ts. */
const actions: Record<string, string | string[]> = {
  get: ["dynamodb:GetItem on table", "dynamodb:BatchGetItem on table"], // see store/gather.ts
  put: "dynamodb:PutItem on table",
  remove: "dynamodb:DeleteItem on table",
  query: "dynamodb:Query on table",
  index: "dynamodb:Query on table/index/reports",
  send: "sqs:SendMessage on jobs",
  channel: "execute-api:ManageConnections on socketgatewayapi/*/*/@connections/*",
};

/** Which link each part of functions/src/deps.ts is made of. */
const links: Record<string, string> = {
  table: "Table",
  secrets: "VaultKey",
  send: "Jobs",
  channel: "Channel",
  channelUrl: "Channel",
  sessionKey: "SessionKey",
  identityProvider: "Identity",
  stageModel: "ModelKey",
};

const ownPackages: esbuild.Plugin = {
  name: "own-packages",
  setup: (build) =>
    build.onResolve({ filter: /^@cuecard\// }, ({ path: name }) => ({
      path: path.join(paths.root, `${name.replace(/^@cuecard\/(\w+)\//, "packages/$1/src/")}.ts`),
    })),
};

const built = new Map<string, Promise<Bundled>>();

/**
 * The deploy tool does not look whether a handler's export exists, so this does. Our own code is bundled without what
 * no one calls, so the store's methods that are left are those this handler can reach.
 */
export function bundle(handler: string): Promise<Bundled> {
  const known = built.get(handler) ?? bundleHandler(handler);
  built.set(handler, known);
  return known;
}

async function bundleHandler(handler: string): Promise<Bundled> {
  const at = handler.lastIndexOf(".");
  try {
    const { metafile, outputFiles } = await esbuild.build({
      entryPoints: [path.join(paths.root, `${handler.slice(0, at)}.ts`)],
      outdir: path.join(paths.scratch, "unwritten"),
      bundle: true,
      write: false,
      metafile: true,
      format: "esm",
      platform: "node",
      target: "node24",
      packages: "external",
      plugins: [ownPackages],
      logLevel: "silent",
    });
    if (!Object.values(metafile.outputs)[0]!.exports.includes(handler.slice(at + 1)))
      return { problem: `${handler}: no such export` };
    const { text } = outputFiles[0]!;
    const found = (pattern: RegExp, meaning: Record<string, string | string[]>) =>
      [...new Set([...text.matchAll(pattern)].flatMap(([, name]) => meaning[name!]!))].sort();
    return {
      uses: [
        ...found(/\btable\w*(?:\(\))?\.(get|put|remove|query|index)\(/gi, actions),
        ...found(/\b(send|channel)\d*\(\)/g, actions),
      ],
      reads: found(/\b(table|secrets|send|channel|channelUrl|sessionKey|identityProvider|stageModel)\d*\(\)/g, links),
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n").slice(0, 3).join(" ") : String(error);
    return { problem: `${handler}: ${reason}` };
  }
}
