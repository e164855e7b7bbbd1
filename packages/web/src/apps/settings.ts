/** The helpdesks that take addresses and no file: what is to be typed in, or sent to their API. */
import { type Files, json, pageOf, type Target, webhookOf, words } from "./app.ts";

export const settings = (target: Target): Record<string, Files> => {
  const { origin, workspace } = target;
  const beside = (helpdesk: string, id: string) =>
    `${origin}/sidebar?${new URLSearchParams({ workspace, helpdesk })}&conversation=${id}`;
  return {
    // As `POST /api/v1/accounts/{account}/dashboard_apps` takes it.
    chatwoot: {
      "chatwoot.json": json({
        dashboard_app: { title: words.name, content: [{ type: "frame", url: pageOf(target, "chatwoot") }] },
        webhook: {
          url: webhookOf(target, "chatwoot"),
          subscriptions: ["message_created", "message_updated", "conversation_status_changed", "conversation_updated"],
        },
      }),
    },
    libredesk: {
      "libredesk.json": json({
        link: { title: words.name, url: beside("libredesk", "{{conversation_uuid}}") },
        webhook: {
          url: webhookOf(target, "libredesk"),
          events: [
            "conversation.created",
            "conversation.status_changed",
            "conversation.assigned",
            "conversation.unassigned",
            "message.created",
            "message.updated",
          ],
        },
      }),
    },
    intercom: {
      "intercom.json": json({
        canvas: {
          location: "Conversation details (inbox)",
          initialize_url: `${origin}/api/canvas/${workspace}/initialize`,
          submit_url: `${origin}/api/canvas/${workspace}/submit`,
        },
        webhook: {
          url: webhookOf(target, "intercom"),
          topics: [
            "conversation.user.created",
            "conversation.user.replied",
            "conversation.admin.single.created",
            "conversation.admin.replied",
            "conversation.operator.replied",
            "conversation.admin.noted",
            "conversation.admin.assigned",
            "conversation.admin.closed",
            "conversation.admin.opened",
            "conversation.rating.added",
            "conversation_part.redacted",
          ],
        },
      }),
    },
    front: {
      "front.json": json({
        plugin: { name: words.name, side_panel_url: pageOf(target, "front") },
        webhook: {
          url: webhookOf(target, "front"),
          events: [
            "inbound_received",
            "outbound_sent",
            "new_comment_added",
            "assignee_changed",
            "conversation_archived",
            "conversation_reopened",
          ],
        },
      }),
    },
    helpscout: {
      "helpscout.json": json({
        app: { name: words.name, content_type: "iframe", callback_url: pageOf(target, "helpscout") },
        webhook: {
          url: webhookOf(target, "helpscout"),
          payloadVersion: "V2",
          events: [
            "convo.created",
            "convo.customer.reply.created",
            "convo.agent.reply.created",
            "convo.note.created",
            "convo.assigned",
            "convo.status",
            "convo.merged",
            "satisfaction.ratings",
          ],
        },
      }),
    },
  };
};
