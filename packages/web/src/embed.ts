/**
 * `<script src="https://YOUR-CUECARD/embed.js">` for any page: `Cuecard.mount(element, {onInsert, token?, …})` gives
 * `{show, composer, close}`. See docs/helpdesks/embed.md. `embed.v1.js` is this file for as long as the protocol is 1.
 */
import { type Held, type Hold, hold } from "./frame.ts";
import { type Inserted, insertAtCaret } from "./insert.ts";

type Options = Partial<Hold> & {
  conversationId?: string;
  /** A field the drafts go into, where the page has a plain one; `onInsert` may stand for it. */
  composer?: HTMLTextAreaElement;
};

/** Where this script came from is where the sidebar is. */
const own = new URL((document.currentScript as HTMLScriptElement | null)?.src ?? location.href).origin;

export const version = 1;

export function mount(place: Element, { conversationId = "", composer, ...options }: Options = {}): Held {
  let last: Inserted | undefined;
  const held = hold(place, {
    origin: own,
    onInsert(text) {
      if (composer) last = insertAtCaret(composer, text, last);
    },
    ...options,
  });
  held.show(conversationId);
  return held;
}
