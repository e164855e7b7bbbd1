/** A page of somebody else's: an origin of its own, around the sidebar of the stand-in server. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** `localhost` and `127.0.0.1` are two origins on one machine. `files` are answered by path, `/` as HTML. */
export async function hostPage(files: Record<string, string>) {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://host").pathname;
    const body = files[path];
    const type = path.endsWith(".js") ? "text/javascript" : "text/html; charset=utf-8";
    response.writeHead(body === undefined ? 404 : 200, { "content-type": type }).end(body ?? "");
  });
  await new Promise<void>((done) => server.listen(0, "localhost", done));
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
