/**
 * Zendesk's ticket sidebar (ZAF v2). https://developer.zendesk.com/api-reference/apps/apps-support-api/ticket_sidebar/
 * The rep sends; `ticket.sendMessage` is never called.
 */
import type { Held } from "../frame.ts";
import { asHtml, sameWords, start } from "./start.ts";

export type Zaf = {
  get(path: string): Promise<Record<string, unknown>>;
  set(path: string, value: unknown): Promise<unknown>;
  invoke(name: string, ...values: unknown[]): Promise<unknown>;
  on(event: string, run: () => void): void;
};
declare const ZAFClient: { init(): Zaf | false };

/** Widths are Zendesk's; heights in px, between a glance and the window. */
const clamp = (height: number) => Math.min(Math.max(Math.round(height), 300), 900);

export function zendesk(client: Zaf, begin: typeof start): Held {
  let last: string | undefined;
  /** A chat has no comment to read: then there is nothing to know. */
  const read = async (path: string) => (await client.get(path).catch(() => ({}) as Record<string, unknown>))[path];

  async function insert(text: string) {
    const before = await read("comment.text");
    const untouched = last !== undefined && typeof before === "string" && sameWords(before, last);
    last = text;
    if (untouched) await client.set("comment.text", asHtml(text));
    // At the caret, in mail and in chat (which makes plain text of it); where an editor knows it not, at the end.
    else
      await client
        .invoke("ticket.editor.insert", asHtml(text))
        .catch(() => client.invoke("ticket.comment.appendText", text));
  }
  const held = begin({
    onInsert: (text) => void insert(text),
    onResize: (height) => void client.invoke("resize", { width: "100%", height: `${clamp(height)}px` }),
  });
  async function ticket() {
    const id = await read("ticket.id");
    held.show(id === undefined || id === null ? "" : String(id));
  }
  async function composer() {
    const [type, text] = [await read("comment.type"), await read("comment.text")];
    held.composer({
      empty: typeof text !== "string" || sameWords(text, ""),
      mode: type === "internalNote" ? "note" : "reply",
    });
  }
  for (const event of ["app.activated", "ticket.id.changed"]) client.on(event, () => void ticket());
  for (const event of ["comment.type.changed", "comment.text.changed"]) client.on(event, () => void composer());
  void ticket();
  void composer();
  return held;
}

if (typeof ZAFClient !== "undefined") {
  const client = ZAFClient.init();
  // Opened by hand, outside of Zendesk, there is no client; the sidebar then only offers to sign in.
  if (client) zendesk(client, start);
  else start({ onInsert: () => undefined, insert: false });
}
