/**
 * All that writes suggestions, in one piece: with its stemmers, phrases and phone books it is as large as the rest of the
 * worker, so `copilot.ts` loads it while the first answers of the table are on their way.
 */
export { answerRequest } from "@cuecard/core/answering";
export { assist } from "@cuecard/core/copilot";
export { settleShadows, shadow } from "@cuecard/core/shadow";
export { aidsFor } from "./aids.ts";
export { modelFor } from "./model.ts";
