/** Standard Webhooks, in the body of `POST /webhooks/{workspace}/standard`: the neutral event itself. */
import { createHmac } from "node:crypto";
import type { Sender } from "./sender.ts";

export const sender = (secret: string): Sender => ({
  helpdesk: "standard",
  secretFields: () => ({ secret }),
  build(event, { nowMs, deliveryId }) {
    const body = JSON.stringify(event);
    const timestamp = String(Math.floor(nowMs / 1000));
    const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
    const signature = createHmac("sha256", key).update(`${deliveryId}.${timestamp}.${body}`).digest("base64");
    return {
      path: "/standard",
      headers: {
        "content-type": "application/json",
        "webhook-id": deliveryId,
        "webhook-timestamp": timestamp,
        "webhook-signature": `v1,${signature}`,
      },
      body,
    };
  },
});
