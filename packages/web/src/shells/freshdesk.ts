/**
 * Freshdesk's app (FDK 3): in the ticket's sidebar a click on "Reply" with the text, inside an open editor the text itself.
 * https://developers.freshworks.com/docs/app-sdk/v3.0/support_ticket/ ; it is packed with the server's address, see apps.ts.
 */
import { type Held, hold } from "../frame.ts";
import { asHtml } from "./start.ts";

export type Freshdesk = {
  data: { get(name: "ticket"): Promise<{ ticket: { id: number } }> };
  instance: { context(): Promise<{ location?: string }> };
  interface: { trigger(action: "click" | "setValue", options: Record<string, unknown>): Promise<unknown> };
  events: { on(name: string, run: () => void): void };
};
declare const app: { initialized(): Promise<Freshdesk> };
declare const CUECARD: { origin: string; workspace: string };

export async function freshdesk(client: Freshdesk, begin: (onInsert: (text: string) => void) => Held): Promise<Held> {
  const { location } = await client.instance.context();
  const inEditor = location === "ticket_conversation_editor";
  const held = begin((draft) => {
    // Freshdesk's editor reads what it is given as HTML: line breaks would be lost, and a "<" taken for a tag.
    const text = asHtml(draft);
    void (inEditor
      ? // Samples of two versions name the field differently; each ignores the other.
        client.interface.trigger("setValue", { id: "editor", text, value: text, replace: false, position: "end" })
      : client.interface.trigger("click", { id: "reply", text }));
  });
  const show = async () => held.show(String((await client.data.get("ticket")).ticket.id));
  client.events.on("app.activated", () => void show());
  await show();
  return held;
}

if (typeof app !== "undefined")
  void app
    .initialized()
    .then((client) =>
      freshdesk(client, (onInsert) =>
        hold(document.getElementById("place")!, { ...CUECARD, helpdesk: "freshdesk", onInsert }),
      ),
    );
