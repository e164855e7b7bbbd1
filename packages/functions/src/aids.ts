/** What a provider adds to the lookup: nearness of meaning, and questions in the articles' language. Nothing of it may delay a rep for long. */
import { AppError } from "@cuecard/core/error";
import type { Aids } from "@cuecard/core/lookup/aided";
import { sparingly } from "@cuecard/core/lookup/sparingly";
import type { Endpoint } from "@cuecard/core/model/embeddings";
import type { Loaded } from "@cuecard/core/settings";
import { paced } from "@cuecard/core/store/pace";
import { vectorLibrary } from "@cuecard/core/store/vectors";
import { countSpent, isSpent } from "./budget.ts";
import * as deps from "./deps.ts";
import { embeddingOf } from "./embedding.ts";
import { log } from "./log.ts";
import { providerOf } from "./provider.ts";

/** The lookup waits so long and no longer; both are asked at once. */
const embedMs = 400;
const translateMs = 1_500;
/** Vectors that are missing are asked for again this often: an operator may have set the model after the articles came. */
const healEveryMs = 600_000;

const vectors = vectorLibrary();
const embedded = perProvider<ArrayLike<number>>();
const translated = perProvider<string>();

/** One server's failure pauses its own calls alone. */
function perProvider<T>() {
  const all = new Map<string, ReturnType<typeof sparingly<T>>>();
  return (endpoint: Endpoint) => {
    const id = idOf(endpoint);
    const made = all.get(id) ?? sparingly<T>({ now: deps.now });
    all.set(id, made);
    return made;
  };
}
const idOf = ({ apiKey, baseURL, model }: Endpoint) => JSON.stringify([apiKey, baseURL, model]);

export async function aidsFor(workspace: string, loaded: Loaded): Promise<Aids> {
  const failed: Aids["failed"] = (aid, error) =>
    log("warn", "lookup goes on by words", {
      workspace,
      aid,
      ...(error instanceof AppError ? { code: error.code } : { error }),
    });
  const provider = providerOf(workspace, loaded);
  if (!provider || (await isSpent(workspace, loaded))) return { failed };
  return {
    failed,
    translate: (text, into) =>
      translated(provider)(`${workspace}\n${into}\n${text}`, async () => {
        const { translate } = await import("@cuecard/core/model/embeddings");
        const { text: said, ...tokens } = await translate(provider, text, into, { timeoutMs: translateMs });
        await countSpent(workspace, loaded, { what: "translation", model: provider.model, ...tokens });
        return said;
      }),
    ...(await meaning(workspace, loaded, failed)),
  };
}

async function meaning(workspace: string, loaded: Loaded, failed: Aids["failed"]): Promise<Pick<Aids, "meaning">> {
  const endpoint = embeddingOf(workspace, loaded);
  if (!endpoint) return {};
  try {
    const { embed, embeddingId } = await import("@cuecard/core/model/embeddings");
    const known = await vectors(deps.table(), workspace);
    const isOurs = known?.id === embeddingId(endpoint.model);
    if (!isOurs || known.left > 0) await heal(workspace);
    if (!isOurs) return {};
    const ask = async (text: string) => {
      const answer = await embed(endpoint, [text], { timeoutMs: embedMs, retries: 0 });
      const { model } = endpoint;
      await countSpent(workspace, loaded, { what: "question", model, tokensIn: answer.tokens, tokensOut: 0 });
      return answer.vectors[0]!;
    };
    return {
      meaning: { vectors: known, embed: (text) => embedded(endpoint)(`${workspace}\n${text}`, () => ask(text)) },
    };
  } catch (error) {
    failed("embedding", error);
    return {};
  }
}

/** The job costs nothing where nothing is missing. */
async function heal(workspace: string): Promise<void> {
  if (await paced(deps.table(), workspace, "vectors", { everyMs: healEveryMs, nowMs: deps.now() }))
    await (await deps.send())({ type: "index", workspace, what: "vectors" });
}
