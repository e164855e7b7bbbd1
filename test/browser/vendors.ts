/**
 * Stand-ins for what helpdesks put around our apps: a page of theirs with a composer, and the SDK they hand to the frame.
 * They speak as the vendors document it; what the frame asks for goes to the page, which plays the helpdesk.
 */
import { extname } from "node:path";
import type { BrowserContext } from "playwright-core";

type Vendor = {
  /** The helpdesk's own page. */
  host: string;
  html: string;
  /** Scripts that the vendor serves to the frame. */
  sdk?: Record<string, string>;
};

const kinds: Record<string, string> = { ".html": "text/html", ".css": "text/css", ".svg": "image/svg+xml" };

/** Answers the vendor's addresses in this browser alone; nothing leaves the machine. */
export async function pretend(context: BrowserContext, { host, html, sdk = {} }: Vendor): Promise<void> {
  await context.route(`${new URL(host).origin}/**`, (route) => route.fulfill({ contentType: "text/html", body: html }));
  for (const [url, body] of Object.entries(sdk))
    await context.route(url, (route) => route.fulfill({ contentType: kinds[extname(url)] ?? "text/javascript", body }));
}

/** The frame asks the page by a call, and the page answers it: the SDKs of two vendors are built on this. */
const asking = `
  let n = 0; const open = new Map();
  addEventListener("message", ({ data }) => { if (data?.vendor && open.has(data.n)) { const [done, fail] = open.get(data.n); data.error ? fail(new Error(data.error)) : done(data.result); } });
  const ask = (call, ...values) => new Promise((done, fail) => { open.set(++n, [done, fail]); parent.postMessage({ vendor: true, n, call, values }, "*"); });`;
const answering = `
  addEventListener("message", async ({ source, data }) => {
    if (!data?.vendor || !data.call) return;
    calls.push([data.call, ...data.values]);
    try { source.postMessage({ vendor: true, n: data.n, result: await answer(data.call, ...data.values) }, "*"); }
    catch (error) { source.postMessage({ vendor: true, n: data.n, error: String(error) }, "*"); }
  });`;
const desk = `<!doctype html><title>A helpdesk</title><div id="composer" contenteditable style="width:300px;height:200px;border:1px solid"></div>`;

/** Zendesk posts its signed token into the frame; `chat` is a ticket without a comment, where text alone can be inserted. */
export const zendesk = (
  app: string,
  { token = "", ticket = 42, chat = false }: { token?: string; ticket?: number | string; chat?: boolean } = {},
): Vendor => ({
  host: `https://acme.zendesk.com/agent/tickets/${ticket}`,
  html: `${desk}<iframe name="app" style="width:340px;height:700px"></iframe>
    <form id="open" method="post" target="app" action="${app}?origin=https%3A%2F%2Facme.zendesk.com&app_guid=g1"><input name="token" value="${token}"></form>
    <script>
      window.calls = []; const composer = document.getElementById("composer");
      window.state = { "ticket.id": ${JSON.stringify(ticket)}, "comment.type": "publicReply" };
      function answer(call, name, value) {
        if (call === "get") {
          if (${chat} && name.startsWith("comment.")) throw "not in chat";
          return { [name]: name === "comment.text" ? composer.innerHTML : state[name] };
        }
        if (call === "set") { composer.innerHTML = value; return {}; }
        if (name === "ticket.editor.insert") { if (window.noEditor) throw "no editor"; composer.innerHTML += value; return {}; }
        if (name === "ticket.comment.appendText") { composer.append(value); return {}; }
        if (name !== "resize") throw "unknown " + name;
      }
      ${answering}
      window.tell = (event) => document.querySelector("iframe").contentWindow.postMessage({ zafEvent: event }, "*");
      document.getElementById("open").submit();
    </script>`,
  sdk: {
    "https://static.zdassets.com/**": `${asking}
      const heard = {}; addEventListener("message", ({ data }) => { for (const run of heard[data?.zafEvent] ?? []) run(); });
      window.ZAFClient = { init: () => ({
        get: (path) => ask("get", path), set: (path, value) => ask("set", path, value),
        invoke: (name, ...values) => ask("invoke", name, ...values), on: (event, run) => (heard[event] ??= []).push(run) }) };`,
  },
});

/** Front: a draft lives in the page, and is created, changed and read through the context's functions. */
export const front = (app: string, { open = "cnv_1" }: { open?: string } = {}): Vendor => ({
  host: `https://app.frontapp.com/open/${open}`,
  html: `${desk}<iframe src="${app}?auth_secret=s" style="width:340px;height:700px"></iframe>
    <script>
      window.calls = []; window.draft = undefined; const composer = document.getElementById("composer");
      composer.addEventListener("input", () => { if (draft) draft.content = { body: composer.innerHTML, type: "html" }; });
      const draw = () => { composer.innerText = draft ? draft.content.body : ""; };
      function answer(call, a, b) {
        if (call === "fetchDraft") return draft;
        if (call === "listMessages") return { results: [{ id: "msg_2", status: "inbound", date: 2 }, { id: "msg_3", status: "outbound", date: 3 }, { id: "msg_1", status: "inbound", date: 1 }] };
        if (call === "createDraft") { draft = { id: "dra_1", content: a.content }; draw(); return draft; }
        if (call === "updateDraft") {
          const before = b.updateMode === "insert" ? composer.innerText + "\\n" : "";
          draft = { id: a, content: { body: before + b.content.body, type: "text" } }; draw(); return;
        }
      }
      ${answering}
      window.tell = (id) => { draft = undefined; draw(); document.querySelector("iframe").contentWindow.postMessage({ frontContext: id }, "*"); };
    </script>`,
  sdk: {
    "**/shells/front-sdk.js": `${asking}
      window.Front = { contextUpdates: { subscribe(run) {
        const context = (id) => id ? { type: "singleConversation", conversation: { id },
          fetchDraft: () => ask("fetchDraft"), listMessages: () => ask("listMessages"),
          createDraft: (draft) => ask("createDraft", draft), updateDraft: (id, change) => ask("updateDraft", id, change) } : { type: "noConversation" };
        addEventListener("message", ({ data }) => { if (data && "frontContext" in data) run(context(data.frontContext)); });
        run(context(${JSON.stringify(open)}));
      } } };`,
  },
});

/** Help Scout's page answers for the frame's context, and copies for it. */
export const helpscout = (app: string, { open = 101 }: { open?: number | string } = {}): Vendor => ({
  host: `https://secure.helpscout.net/conversation/${open}`,
  html: `${desk}<iframe name="app-7" src="${app}" style="width:340px;height:700px"></iframe>
    <script>
      window.calls = []; window.clip = "";
      const frame = document.querySelector("iframe");
      window.tell = (id) => frame.contentWindow.postMessage({ type: "SEND_APP_CONTEXT", conversation: { id } }, "*");
      addEventListener("message", ({ data }) => {
        if (!data?.type || data.iframeId !== "app-7") return;
        calls.push(data);
        if (data.type === "GET_APP_CONTEXT") tell(${JSON.stringify(open)});
        if (data.type === "SET_CLIPBOARD_TEXT") clip = data.value.text;
      });
    </script>`,
});

/** Chatwoot's page sends its context as a text of JSON, to any origin, when it is asked. */
export const chatwoot = (app: string, { open = 42 }: { open?: number | string } = {}): Vendor => ({
  host: `https://chat.acme.example/app/accounts/1/conversations/${open}`,
  html: `${desk}<iframe src="${app}" style="width:340px;height:700px"></iframe>
    <script>
      window.calls = []; window.opened = ${JSON.stringify(open)};
      addEventListener("message", ({ source, data }) => {
        if (data !== "chatwoot-dashboard-app:fetch-info") return;
        calls.push(data);
        source?.postMessage(JSON.stringify({ event: "appContext", data: { conversation: { id: opened }, contact: {}, currentAgent: { id: 5 } } }), "*");
      });
    </script>`,
});

/** Freshdesk's frame is its own address with the packed files; `place` is where in the ticket the app stands. Its editor takes HTML. */
export const freshdesk = (
  files: Record<string, string>,
  place: string,
  { open = 42 }: { open?: number | string } = {},
): Vendor => ({
  host: `https://acme.freshdesk.com/a/tickets/${open}`,
  html: `${desk}<iframe src="https://app.freshworks.example/index.html" style="width:340px;height:700px"></iframe>
    <script>
      window.calls = []; window.opened = ${JSON.stringify(open)}; const composer = document.getElementById("composer");
      window.tell = () => document.querySelector("iframe").contentWindow.postMessage({ freshdeskEvent: "app.activated" }, "*");
      function answer(call, name, options) {
        if (call === "context") return { location: ${JSON.stringify(place)} };
        if (call === "get") return { ticket: { id: opened } };
        if (call === "trigger" && name === "click" && options.id === "reply") { composer.innerHTML = options.text; return; }
        if (call === "trigger" && name === "setValue" && options.id === "editor") { composer.insertAdjacentHTML("beforeend", options.value); return; }
        throw "unknown";
      }
      ${answering}
    </script>`,
  sdk: {
    ...Object.fromEntries(
      Object.entries(files).map(([name, text]) => [`https://app.freshworks.example/${name}`, text]),
    ),
    "https://static.freshdev.example/client.js": `${asking}
      const heard = {}; addEventListener("message", ({ data }) => { for (const run of heard[data?.freshdeskEvent] ?? []) run(); });
      window.app = { initialized: async () => ({
        data: { get: (name) => ask("get", name) }, instance: { context: () => ask("context") },
        interface: { trigger: (name, options) => ask("trigger", name, options) }, events: { on: (event, run) => (heard[event] ??= []).push(run) } }) };`,
  },
});

/** Libredesk has no apps: its page has a link to ours, which opens beside it. */
export const libredesk = (address: string): Vendor => ({
  host: "https://libredesk.acme.example/inboxes/assigned",
  html: `${desk}<a target="cuecard" href="${address}">Cuecard</a>`,
});
