/** Looks at the folder that is left, item by item: is each event there once, has each suggestion an end, does the report hold? */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Event } from "@cuecard/core/event";
import { eventKey } from "@cuecard/core/store/conversations";
import { suggestionKey } from "@cuecard/core/store/suggestion-id";
import { startDatabase } from "../database.ts";
import { workspace } from "../demo.ts";
import { recount, scan } from "../recount.ts";

export type Found = {
  lost: number;
  storedTwice: number;
  /** Suggestions without an end. */
  unfinished: number;
  /** Clicks that were answered 2xx and are not in the suggestion's record. */
  decisionsLost: number;
  reportMismatches: number;
  suggestions: number;
  details: string[];
};

const credentials = { accessKeyId: "local", secretAccessKey: "local" };

export async function inspect(folder: string, told: { accepted: Event[]; clicked: string[] }): Promise<Found> {
  const database = await startDatabase(`${folder}/table`, console.error, (error) => console.error(error.message));
  const client = new DynamoDBClient({ endpoint: database.endpoint, region: "us-east-1", credentials });
  try {
    const items = await scan(client, `C#${workspace}#`);
    const byKey = new Map(items.map((item) => [`${item.pk} ${item.sk}`, item]));
    const missing = told.accepted.filter((event) => {
      const { pk, sk } = eventKey(workspace, event);
      return !byKey.has(`${pk} ${sk}`);
    });
    const times = new Map<string, number>();
    for (const { pk, sk, message } of items)
      if (sk.startsWith("MSG#")) {
        const id = `${pk} ${(message as { id: string }).id}`;
        times.set(id, (times.get(id) ?? 0) + 1);
      }
    const twice = [...times].filter(([, n]) => n > 1);
    const states = items.filter(({ sk }) => /^SUG#[^#]+#[a-z]+$/.test(sk));
    const open = states.filter(({ status }) => status === "streaming");
    const unclicked = told.clicked.filter((id) => {
      const { pk, sk } = suggestionKey(workspace, id);
      const state = byKey.get(`${pk} ${sk}`);
      return !state?.clickedAt && !state?.rejectedAt;
    });
    const { mismatches } = await recount(client, workspace, 30);
    return {
      lost: missing.length,
      storedTwice: twice.length,
      unfinished: open.length,
      decisionsLost: unclicked.length,
      reportMismatches: mismatches.length,
      suggestions: states.length,
      details: [
        ...missing.map((event) => `lost: ${event.type} of ${event.conversation.id}`),
        ...twice.map(([id]) => `stored twice: ${id}`),
        ...open.map(({ sk }) => `unfinished: ${sk}`),
        ...unclicked.map((id) => `click without a record: ${id}`),
        ...mismatches,
      ].slice(0, 20),
    };
  } finally {
    client.destroy();
    await database.stop();
  }
}
