import type { Query } from "@cuecard/core/lookup/lookup";
import {
  buildReplies,
  learnReplies,
  nearest,
  packReplies,
  questionText,
  rankReplies,
  unpackReplies,
} from "@cuecard/core/lookup/replies";
import { describe, expect, it } from "vitest";

const says = (text: string): Query => ({ turns: [{ author: "customer", text }], language: "en" });
const index = buildReplies([
  {
    id: "1",
    question: "Where is my parcel? It should have come on Monday.",
    reply: "I am sorry for the delay. Could you give me the order number?",
    language: "en",
  },
  {
    id: "2",
    question: "I forgot my password",
    reply: "You can set a new password from the sign-in page.",
    language: "en",
  },
  { id: "3", question: "Can I pay by invoice?", reply: "Invoices are for companies only.", language: "en" },
]);

describe("past replies", () => {
  it("finds the nearest, and likeness is comparable", () => {
    const [same] = nearest(index, says("I forgot my password"));
    const [like] = nearest(index, says("what shall I do, password forgotten"));
    const [far] = nearest(index, says("is the password for the wifi of the museum in Bergen free of charge"));
    expect(same?.example.id).toBe("2");
    expect(like?.example.id).toBe("2");
    expect(same!.score).toBeGreaterThan(like!.score);
    expect(like!.score).toBeGreaterThan(far?.score ?? 0);
    expect(same!.score).toBeLessThanOrEqual(1);
  });

  it("orders candidates by what was answered before", () => {
    const candidates = [
      "Invoices are for companies only.",
      "Good bye.",
      "Could you give me your order number, please?",
    ];
    expect(rankReplies(index, says("where is the parcel that should come Monday"), candidates)[0]).toBe(2);
  });

  it("ranks by shared words where there is no past", () => {
    expect(
      rankReplies(buildReplies([]), says("do you serve vegan food"), [
        "We open at nine.",
        "Yes, there is vegan food.",
      ])[0],
    ).toBe(1);
  });

  it("survives being stored", () => {
    expect(nearest(unpackReplies(packReplies(index)), says("invoice?"))).toEqual(nearest(index, says("invoice?")));
  });

  it("writes a conversation as lines, the rep's marked", () => {
    const text = questionText({
      turns: [
        { author: "customer", text: "Hi\nthere" },
        { author: "rep", text: "Yes?" },
      ],
    });
    expect(text).toBe("Hi there\n> Yes?");
  });

  it("puts the usual reply first where many talks alike were answered by it, and nothing where none is usual", () => {
    const asks = ["Where is my parcel?", "My parcel has not come", "The parcel is late", "When does the parcel come?"];
    const sent = "Could you give me your order number?";
    const past = [
      ...asks.map((question, n) => ({ id: `p${n}`, question, reply: sent, language: "en" })),
      ...["Is a gift card valid for long?", "How long is the gift card good for?", "My gift card is old"].map(
        (question, n) => ({ id: `g${n}`, question, reply: "A gift card is valid for three years.", language: "en" }),
      ),
    ];
    const learnt = learnReplies(past);
    const [first] = nearest(learnt, says("hi, any news about where my parcel might be"));
    expect(first?.example.reply).toBe(sent);
    expect(first?.chance).toBeGreaterThan(0.6);
    expect(nearest(unpackReplies(packReplies(learnt)), says("parcel?"))[0]?.chance).toBeCloseTo(
      nearest(learnt, says("parcel?"))[0]!.chance!,
      1,
    );
    expect(nearest(learnReplies(index.examples), says("I forgot my password"))[0]?.chance).toBeUndefined();
    expect(nearest(buildReplies(past), says("where is my parcel"))[0]?.chance).toBeUndefined();
  });
});
