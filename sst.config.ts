/// <reference path="./.sst/platform/config.d.ts" />

/** What runs on AWS. Each stage stands alone; only `prod` outlives `sst remove`, which also refuses to run there. */
export default $config({
  app(input) {
    const prod = input.stage === "prod";
    return { name: "cuecard", home: "aws", removal: prod ? "retain" : "remove", protect: prod };
  },
  async run() {
    await import("./stacks/storage");
    await import("./stacks/secrets");
    await import("./stacks/queue");
    const { channel } = await import("./stacks/realtime");
    const { front } = await import("./stacks/front");
    const { callbackUrl } = await import("./stacks/identity");
    await import("./stacks/api");
    await import("./stacks/assist");
    await import("./stacks/nightly");
    await import("./stacks/web");
    await import("./stacks/alarms");
    await import("./stacks/dashboard");
    return {
      sidebar: $interpolate`${front.url}/sidebar`,
      lead: $interpolate`${front.url}/lead`,
      admin: $interpolate`${front.url}/admin`,
      webhooks: $interpolate`${front.url}/webhooks/{workspace}/{helpdesk}`,
      signInCallback: callbackUrl,
      channel: channel.properties.url,
      next: `npx sst shell --stage ${$app.stage} -- npm run setup`,
    };
  },
});
