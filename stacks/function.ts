/** Every function alike: processor, runtime, logs, and a role that Lambda alone may take. */
type Permission = { actions: string[]; resources: $util.Input<string>[] };

type Settings = {
  handler: string;
  link: sst.aws.FunctionArgs["link"];
  permissions: Permission[];
  timeout: `${number} seconds` | `${number} minutes`;
  memory: `${number} MB`;
  environment?: Record<string, string>;
};

const logDays = 30;

/** A log group of its own, so that the function may write there and nowhere else. */
export function serve(name: string, { permissions, ...settings }: Settings) {
  const logs = new aws.cloudwatch.LogGroup(`${name}Logs`, {
    name: `/aws/lambda/${$app.name}-${$app.stage}-${name}`,
    retentionInDays: logDays,
  });
  return new sst.aws.Function(name, {
    ...settings,
    runtime: "nodejs24.x",
    architecture: "arm64",
    logging: { logGroup: logs.name, format: "json" },
    permissions: [
      ...permissions,
      { actions: ["logs:CreateLogStream", "logs:PutLogEvents"], resources: [$interpolate`${logs.arn}:*`] },
    ],
    transform: {
      role: (role) => {
        // By default the account's root may take the role too, and it may write to every log of the account.
        role.assumeRolePolicy = aws.iam.assumeRolePolicyForPrincipal({ Service: "lambda.amazonaws.com" });
        role.managedPolicyArns = [];
      },
    },
  });
}

/** The model's settings, for the functions that call it. Unset ones are left out, so that the defaults in the code hold. */
export function modelEnvironment() {
  const names = ["OPENAI_BASE_URL", "CUECARD_MODEL", "CUECARD_EMBEDDING_MODEL"];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = process.env[name];
      return value ? [[name, value]] : [];
    }),
  );
}
