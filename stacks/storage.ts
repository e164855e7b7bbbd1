/** The one table. Items are keyed by `pk`/`sk`; reports read one index, which carries nothing but the packed `row`. */
const index = "reports";

const records = new sst.aws.Dynamo("Records", {
  fields: { pk: "string", sk: "string", gpk: "string", gsk: "string" },
  primaryIndex: { hashKey: "pk", rangeKey: "sk" },
  globalIndexes: { [index]: { hashKey: "gpk", rangeKey: "gsk", projection: ["row"] } },
  ttl: "expiresAt",
  deletionProtection: $app.stage === "prod",
});

/** Links the name alone: linking the table itself would grant dynamodb:*. */
export const tableName = new sst.Linkable("Table", { properties: { name: records.name } });

const onTable = (...actions: string[]) => ({
  actions: actions.map((action) => `dynamodb:${action}`),
  resources: [records.arn],
});
const queryReports = { actions: ["dynamodb:Query"], resources: [$interpolate`${records.arn}/index/${index}`] };

/** What each function may do with the table, by what its code calls: test/stacks holds the two together. No function may scan it. */
export const rights = {
  webhook: [onTable("GetItem", "BatchGetItem", "PutItem")],
  api: [onTable("GetItem", "BatchGetItem", "PutItem", "DeleteItem", "Query"), queryReports],
  socket: [onTable("GetItem", "BatchGetItem", "PutItem", "DeleteItem", "Query")],
  worker: [onTable("GetItem", "BatchGetItem", "PutItem", "DeleteItem", "Query"), queryReports], // the day's spending is summed from the index
  deadletter: [onTable("GetItem", "BatchGetItem", "PutItem", "DeleteItem", "Query")],
  nightly: [onTable("GetItem", "BatchGetItem", "PutItem", "DeleteItem", "Query"), queryReports],
};
