/** Notes: what goes to each helpdesk's API, that it says "internal" of itself, and that it goes once. */
import { note, names as withNotes } from "@cuecard/core/helpdesk/notes";
import { helpdesk, names } from "@cuecard/core/helpdesk/registry";
import { describe, expect, test } from "vitest";

type Sent = { url: string; method: string; headers: Record<string, string>; body: Record<string, never> };
function api(...answers: (number | "lost")[]) {
  const sent: Sent[] = [];
  const deps = {
    sleep: async () => {},
    nowMs: () => 0,
    fetch: (async (url: URL, init: RequestInit) => {
      sent.push({
        url: url.href,
        method: init.method!,
        headers: init.headers as never,
        body: JSON.parse(String(init.body)),
      });
      const answer = answers.shift() ?? 200;
      if (answer === "lost") throw new TypeError("reset");
      return new Response("{}", { status: answer });
    }) as unknown as typeof fetch,
  };
  return { sent, deps };
}
const wanted = { conversationId: "42/../7", text: "Hello <b>Ada</b>,\n\n5 days.", repId: "991" };
const zendesk = { subdomain: "acme", email: "bot@acme.example", token: "t" };

describe("a note", () => {
  test("in Zendesk is a comment that is not public", async () => {
    const { sent, deps } = api();
    await note("zendesk", wanted, zendesk, deps);
    expect(sent).toEqual([
      {
        url: "https://acme.zendesk.com/api/v2/tickets/42%2F..%2F7.json",
        method: "PUT",
        headers: expect.objectContaining({ authorization: expect.stringMatching(/^Basic /) }),
        body: { ticket: { comment: { body: "Cuecard, not sent:\n\nHello <b>Ada</b>,\n\n5 days.", public: false } } },
      },
    ]);
  });

  test("in Chatwoot is a private message, at the firm's own address over https alone", async () => {
    const { sent, deps } = api();
    const credentials = { url: "https://chat.acme.example/", accountId: "3", token: "t" };
    await note("chatwoot", wanted, credentials, deps);
    expect(sent[0]).toMatchObject({
      url: "https://chat.acme.example/api/v1/accounts/3/conversations/42%2F..%2F7/messages",
      method: "POST",
      body: { private: true, message_type: "outgoing" },
    });
    const plain = note("chatwoot", wanted, { ...credentials, url: "http://127.0.0.1:9001" }, deps);
    await expect(plain).rejects.toMatchObject({ kind: "input", code: "credential_missing" });
    expect(sent).toHaveLength(1);
  });

  test("in Intercom is a note of the rep who asked, with the text's own signs as text", async () => {
    const { sent, deps } = api();
    await note("intercom", wanted, { token: "t", region: "eu" }, deps);
    expect(sent[0]).toMatchObject({
      url: "https://api.eu.intercom.io/conversations/42%2F..%2F7/reply",
      body: { message_type: "note", type: "admin", admin_id: "991" },
    });
    expect(String(sent[0]!.body.body)).toContain("<p>Hello &lt;b&gt;Ada&lt;/b&gt;,</p><p>5 days.</p>");
  });

  test.each([
    ["lost", "upstream"],
    [503, "upstream"],
    [429, "limit"],
    [404, "missing"],
    [403, "upstream"],
  ] as const)("that is answered with %s fails once, as %s", async (answer, kind) => {
    const { sent, deps } = api(answer);
    await expect(note("zendesk", wanted, zendesk, deps)).rejects.toMatchObject({ kind });
    expect(sent).toHaveLength(1);
  });

  test("is not left where no token is set, or the helpdesk takes none", async () => {
    const { sent, deps } = api();
    await expect(note("intercom", wanted, {}, deps)).rejects.toMatchObject({ kind: "input" });
    await expect(note("front", wanted, {}, deps)).rejects.toMatchObject({ code: "notes_unsupported" });
    expect(sent).toEqual([]);
  });
});

/** As docs/helpdesks/README.md has it, in the rows of the draft and of the note. */
test("each helpdesk says of itself what is done in it", async () => {
  const able = await Promise.all(names.map(async (name) => ({ name, ...(await helpdesk(name)).capabilities })));
  const which = (can: "insert" | "note" | "readBack") => able.filter((one) => one[can]).map(({ name }) => name);
  expect(which("note").sort()).toEqual([...withNotes].sort());
  expect(which("insert")).toEqual(["standard", "zendesk", "front", "freshdesk"]);
  expect(which("readBack")).toEqual(["zendesk", "front"]);
  expect(able.every(({ clipboard, pushesSentReplies }) => clipboard && pushesSentReplies)).toBe(true);
});
