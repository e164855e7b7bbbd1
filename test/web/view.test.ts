import type { ServerFrame } from "@cuecard/core/protocol";
import { applyFrame, current, emptyView } from "@cuecard/web/view";
import fc from "fast-check";
import { expect, test } from "vitest";
import * as Canned from "../browser/canned.ts";

const frame = (suggestion: ReturnType<typeof Canned.suggestion>): ServerFrame => ({
  type: "suggestion",
  conversationId: suggestion.conversationId,
  suggestion,
});
const after = (frames: ServerFrame[]) => frames.reduce(applyFrame, emptyView("c1"));

test("any order and repetition of frames ends with the newest text", () => {
  const seqs = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 });
  fc.assert(
    fc.property(seqs, (order) => {
      const view = after(order.map((seq) => frame(Canned.suggestion("c1", { seq, text: `text ${seq}` }))));
      expect(view.suggestions.map(({ text }) => text)).toEqual([`text ${Math.max(...order)}`]);
    }),
  );
});

test("messages stand in order of time, each once, however they come", () => {
  const minutes = fc.uniqueArray(fc.integer({ min: 0, max: 59 }));
  fc.assert(
    fc.property(minutes, (order) => {
      const frames = [...order, ...order].map(
        (minute): ServerFrame => ({
          type: "message",
          conversationId: "c1",
          message: Canned.message(`m${minute}`, minute, "x"),
        }),
      );
      expect(after(frames).messages.map(({ id }) => id)).toEqual(order.toSorted((a, b) => a - b).map((n) => `m${n}`));
    }),
  );
});

test("a snapshot older than a frame does not take its text back", () => {
  const view = after([
    frame(Canned.suggestion("c1", { seq: 7, text: "new" })),
    {
      type: "snapshot",
      conversationId: "c1",
      conversation: null,
      messages: [],
      suggestions: [Canned.suggestion("c1", { seq: 3, text: "old" })],
    },
  ]);
  expect(current(view).draft?.text).toBe("new");
});

test("what a frame brought stays, though the snapshot that follows was read before it was there", () => {
  const view = after([
    frame(Canned.suggestion("c1", { seq: 7, text: "new" })),
    { type: "snapshot", conversationId: "c1", conversation: null, messages: [], suggestions: [] },
  ]);
  expect(view.loaded).toBe(true);
  expect(current(view).draft?.text).toBe("new");
});

test("frames of another conversation change nothing, even where only the inside is another's", () => {
  const foreign = Canned.suggestion("c2");
  const view = after([frame(foreign), { type: "suggestion", conversationId: "c1", suggestion: foreign }]);
  expect(view.suggestions).toEqual([]);
});

test("of two rewrites in a turn the one that was not replaced stands, whatever their ids", () => {
  const rewrite = (turn: string, more = {}) => Canned.suggestion("c1", { kind: "rewrite", turn, text: turn, ...more });
  const draft = Canned.suggestion("c1", { superseded: true });
  const view = after([frame(rewrite("t1_z", { superseded: true })), frame(rewrite("t1_a")), frame(draft)]);
  expect(current(view).draft?.text).toBe("t1_a");
});
