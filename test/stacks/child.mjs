// Evaluates the bundled configuration under Pulumi's mocks and writes every resource to the file named last.
// Runs in a process of its own, from inside .sst/platform, so that there is one copy of Pulumi.
import { writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [platform, bundle, output] = process.argv.slice(2);
const pulumi = createRequire(path.join(platform, "package.json"))("@pulumi/pulumi");
const account = "123456789012";
const region = "us-east-1";
const resources = [];
const kept = {};

/** Addresses in the form AWS gives, as far as components take them apart. */
function outputs(type, name, inputs) {
  const service = type.split(":")[1]?.split("/")[0] ?? "none";
  const own = inputs.name ?? inputs.bucket ?? name;
  const state = { ...inputs, name: own, arn: `arn:aws:${service}:${region}:${account}:${own}` };
  if (type.startsWith("aws:lambda/function:")) {
    state.arn = `arn:aws:lambda:${region}:${account}:function:${own}`;
    state.invokeArn = `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/${state.arn}/invocations`;
    state.qualifiedArn = `${state.arn}:1`;
  }
  if (type.startsWith("aws:iam/role:")) state.arn = `arn:aws:iam::${account}:role/${own}`;
  if (type.startsWith("aws:cloudwatch/logGroup:")) state.arn = `arn:aws:logs:${region}:${account}:log-group:${own}`;
  if (type.startsWith("aws:dynamodb/table:")) state.arn = `arn:aws:dynamodb:${region}:${account}:table/${own}`;
  if (type.startsWith("aws:sqs/queue:")) state.url = `https://sqs.${region}.amazonaws.com/${account}/${own}`;
  if (type.startsWith("aws:apigatewayv2/api:")) {
    const scheme = inputs.protocolType === "WEBSOCKET" ? "wss" : "https";
    state.apiEndpoint = `${scheme}://${name.toLowerCase()}.execute-api.${region}.amazonaws.com`;
    state.executionArn = `arn:aws:execute-api:${region}:${account}:${name.toLowerCase()}`;
  }
  if (type.startsWith("aws:cloudfront/distribution:")) state.domainName = "d123.cloudfront.net";
  if (type.startsWith("aws:s3/bucket")) state.bucketRegionalDomainName = `${own}.s3.${region}.amazonaws.com`;
  if (type.startsWith("aws:acm/certificate:"))
    state.domainValidationOptions = [
      {
        domainName: inputs.domainName,
        resourceRecordName: "_c",
        resourceRecordType: "CNAME",
        resourceRecordValue: "_v",
      },
    ];
  if (type.startsWith("random:")) state.base64 = Buffer.alloc(32).toString("base64");
  return state;
}

function call({ token, inputs }) {
  if (token.includes("getPolicyDocument")) return { ...inputs, json: JSON.stringify({ Statement: inputs.statements }) };
  if (token.includes("getCallerIdentity")) return { accountId: account };
  if (token.includes("getRegion")) return { region, name: region, id: region };
  if (token.includes("getPartition")) return { partition: "aws", dnsSuffix: "amazonaws.com" };
  return inputs;
}

await pulumi.runtime.setMocks(
  {
    newResource({ type, name, inputs, custom }) {
      resources.push({ type, name, inputs, custom: custom !== false });
      return { id: `${name}-id`, state: outputs(type, name, inputs) };
    },
    call,
  },
  "cuecard",
  process.env.STAGE,
  false,
);

const { default: config, run } = await import(pathToFileURL(bundle).href);
const app = config.app({ stage: process.env.STAGE });
let results;
await pulumi.runtime.runInPulumiStack(() =>
  run(async () => {
    // Mocks are not told what is kept on removal; a transformation is.
    pulumi.runtime.registerStackTransformation(({ type, name, opts }) => {
      if (opts.retainOnDelete || opts.protect) kept[name] = type;
      return undefined;
    });
    results = await config.run();
    return results;
  }),
);

// Resources made inside apply() come after the program: wait until two rounds find none.
for (let quiet = 0, before = -1; quiet < 3; ) {
  await pulumi.runtime.waitForRPCs();
  await new Promise((done) => setTimeout(done, 60));
  quiet = before === resources.length ? quiet + 1 : 0;
  before = resources.length;
}
const settled = await new Promise((resolve) => pulumi.output(results).apply(resolve));
await writeFile(output, JSON.stringify({ app, resources, kept, outputs: settled }));
process.exit(0);
