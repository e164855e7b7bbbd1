/**
 * The sidebar's first script: says that it is here, and asks at once for what `main.tsx` will ask for. It opens nothing and draws
 * nothing; whether the host is to be believed is decided there.
 */
import { type Request, sendEarly } from "../early.ts";

const post = (path: string, body: object, bearer?: string): Request => ({
  method: "POST",
  path,
  bearer,
  body: JSON.stringify(body),
});
const open = (conversationId: string, bearer: string) =>
  void sendEarly(post("/api/tickets", conversationId ? { conversationId } : {}, bearer));

if (window.parent === window) {
  const login = sendEarly(post("/dev/login", { repId: "demo", role: "rep", workspace: "demo" }));
  void login
    .then((answer) => (answer.ok ? answer.clone().json() : undefined))
    .then((own) => own && open(new URLSearchParams(location.search).get("conversation") ?? "", own.token))
    .catch(() => undefined); // no login here, or no server: `main.tsx` finds out and says so
} else {
  addEventListener("message", function hear({ data, source, origin }: MessageEvent) {
    if (source !== window.parent || data?.source !== "cuecard" || data.type !== "context") return;
    removeEventListener("message", hear);
    const { token, conversationId } = data;
    if (typeof token !== "string" || typeof conversationId !== "string") return;
    if (origin !== location.origin) void sendEarly({ method: "GET", path: "/api/me", bearer: token, body: undefined });
    open(conversationId, token);
  });
  window.parent.postMessage({ source: "cuecard", v: 1, type: "ready" }, "*");
}
