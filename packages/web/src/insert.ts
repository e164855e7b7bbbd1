/**
 * Puts a draft into a composer without ever replacing what the rep typed: it goes in at the caret, one undo takes it
 * out, and a second insert replaces the first only where that one was left untouched.
 */

/** What was put in last; the caller keeps it per composer and hands it back. */
export type Inserted = { text: string };

export function insertAtCaret(composer: HTMLTextAreaElement, draft: string, last?: Inserted): Inserted {
  composer.focus();
  const before = last ? soleIndex(composer.value, last.text) : -1;
  if (last && before >= 0) composer.setSelectionRange(before, before + last.text.length);
  else composer.setSelectionRange(composer.selectionEnd, composer.selectionEnd);
  const at = composer.selectionStart;
  const previous = composer.value.slice(0, at);
  const text = before < 0 && previous && !/\s$/.test(previous) ? `\n${draft}` : draft;
  // The only way to write into a field that the browser's own undo takes back in one step.
  if (!document.execCommand("insertText", false, text)) {
    composer.setRangeText(text, composer.selectionStart, composer.selectionEnd, "end");
    composer.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertText" }));
  }
  return { text: draft };
}

/** Where `part` stands in `whole`, if it does so exactly once; else -1: then we do not know which one is ours. */
function soleIndex(whole: string, part: string): number {
  const at = whole.indexOf(part);
  return at >= 0 && whole.indexOf(part, at + 1) < 0 ? at : -1;
}
