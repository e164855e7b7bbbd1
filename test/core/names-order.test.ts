/** Names come whenever the helpdesk's API answers: in whatever order events and answers come, the same people stand there in the end. */
import * as Conversation from "@cuecard/core/conversation";
import type { Event } from "@cuecard/core/event";
import type { Called, Who } from "@cuecard/core/helpdesk/directory";
import { emptyHeader } from "@cuecard/core/store/conversations";
import fc from "fast-check";
import { expect, test } from "vitest";

const id = fc.constantFrom("1", "2", "3");
const person = fc.record({ id, name: fc.constantFrom("Told") }, { requiredKeys: ["id"] });
const event = fc
  .record({
    minute: fc.integer({ min: 10, max: 59 }),
    facts: fc.record({ customer: person, assignee: fc.option(person), team: fc.option(id) }, { requiredKeys: [] }),
  })
  .map(
    ({ minute, facts }): Event => ({
      type: "conversation.assigned",
      at: `2026-01-01T10:${minute}:00.000Z`,
      conversation: { id: "c", ...facts },
    }),
  );
/** What the API knows; nobody is called 3. */
const called = (who: Who, id: string): Called | undefined => (id === "3" ? undefined : { name: `${who} ${id}` });

function read(header: Conversation.Header): Conversation.Header {
  let next = header;
  for (const { who, id } of Conversation.unnamed(header)) {
    const name = called(who, id);
    if (name) next = Conversation.withName(next, who, id, name);
  }
  return next;
}

test("whenever names are read in between", () => {
  fc.assert(
    fc.property(
      fc.array(event, { minLength: 1, maxLength: 8 }).chain((events) =>
        fc.record({
          events: fc.constant(events),
          shuffled: fc.shuffledSubarray(events, { minLength: events.length }),
          reads: fc.array(fc.boolean(), { minLength: events.length, maxLength: events.length }),
        }),
      ),
      ({ events, shuffled, reads }) => {
        const inOrder = read(events.reduce((header, one) => Conversation.merge(header, one), emptyHeader("w", "c")));
        let header = emptyHeader("w", "c");
        for (const [i, one] of shuffled.entries()) {
          header = Conversation.merge(header, one);
          if (reads[i]) header = read(header);
        }
        header = read(header);
        expect(Conversation.view(header)).toEqual(Conversation.view(inOrder));
        // A late answer for somebody whom the facts no longer name changes nothing.
        expect(Conversation.withName(header, "customer", "9", { name: "Late" })).toBe(header);
        for (const { id } of Conversation.unnamed(header)) expect(id).toBe("3");
      },
    ),
    { numRuns: 500 },
  );
});
