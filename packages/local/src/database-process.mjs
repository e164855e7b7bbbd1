/**
 * The embedded DynamoDB, in a process of its own so that it does not share the handlers' event loop.
 * Started by database.ts with: FOLDER PORT (0: a free one). Sends its port when it listens.
 * Plain JavaScript: it starts without a loader.
 */
import "./iterators.mjs";
import dynalite from "dynalite";

const [path, port] = process.argv.slice(2);
const server = dynalite({ path, createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 });

// dynalite answers pages of any origin; nothing but our own handlers may read the table.
const [answer] = server.listeners("request");
server.removeAllListeners("request");
server.on("request", (request, response) => {
  if (request.headers.origin !== undefined || request.headers["sec-fetch-site"] !== undefined)
    response.writeHead(403).end();
  else answer(request, response);
});

server.listen(Number(port), "127.0.0.1", async () => {
  const listening = server.address().port;
  await firstAnswer(listening);
  process.send?.({ port: listening });
});

/** dynalite listens before it has opened its files, and dies with the reason on stderr if it cannot. */
async function firstAnswer(listening) {
  const response = await fetch(`http://127.0.0.1:${listening}`, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": "DynamoDB_20120810.ListTables",
      "x-amz-date": "20200101T000000Z",
      authorization:
        "AWS4-HMAC-SHA256 Credential=local/20200101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0",
    },
    body: "{}",
  });
  if (!response.ok) throw new Error(`ListTables answered ${response.status}: ${await response.text()}`);
}

// Ctrl-C reaches the whole group: the parent needs the table until its handlers have ended, and then disconnects.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => {});
// The channel closes when the parent stops us, and also when the parent is killed.
process.on("disconnect", () => {
  server.closeAllConnections();
  server.close(() => process.exit(0));
  setTimeout(() => process.exit(0), 1_000);
});
