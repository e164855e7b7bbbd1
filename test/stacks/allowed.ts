/** What each function may do, written here a second time on purpose: a right that grows in `stacks/` must be granted here too. */
const table = (...actions: string[]) => actions.map((action) => `dynamodb:${action} on table`);
const reports = "dynamodb:Query on table/index/reports";
const enqueue = "sqs:SendMessage on jobs";
const push = "execute-api:ManageConnections on socketgatewayapi/*/*/@connections/*";
const consume = (queue: string) =>
  ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes"].map((action) => `sqs:${action} on ${queue}`);
const log = ["logs:CreateLogStream on own-log:*", "logs:PutLogEvents on own-log:*"];

export const rights: Record<string, string[]> = {
  Webhook: [...table("GetItem", "BatchGetItem", "PutItem"), enqueue, ...log],
  Api: [...table("GetItem", "BatchGetItem", "PutItem", "DeleteItem", "Query"), reports, enqueue, ...log],
  Socket: [...table("GetItem", "BatchGetItem", "PutItem", "DeleteItem", "Query"), push, enqueue, ...log],
  Worker: [
    ...table("GetItem", "BatchGetItem", "PutItem", "DeleteItem", "Query"),
    reports,
    push,
    enqueue,
    ...consume("jobs"),
    ...log,
  ],
  DeadLetter: [
    ...table("GetItem", "BatchGetItem", "PutItem", "DeleteItem", "Query"),
    push,
    ...consume("letters"),
    ...log,
  ],
  Nightly: [...table("GetItem", "BatchGetItem", "PutItem", "DeleteItem", "Query"), reports, enqueue, ...log],
};

export const links: Record<string, string[]> = {
  Webhook: ["Jobs", "Table", "VaultKey"],
  Api: ["Channel", "Identity", "Jobs", "ModelKey", "SessionKey", "Table", "VaultKey"],
  Socket: ["Channel", "Jobs", "Table"],
  Worker: ["Channel", "Jobs", "ModelKey", "Table", "VaultKey"],
  DeadLetter: ["Channel", "Table"],
  Nightly: ["Jobs", "Table", "VaultKey"],
};
