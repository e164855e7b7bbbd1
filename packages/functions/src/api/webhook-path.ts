/** The webhook's part of openapi.json; its handler is a function of its own. */
export const webhookPath = {
  "/healthz": { get: { summary: "Answers when the service can.", responses: { 200: { description: '{"ok":true}' } } } },
  "/openapi.json": { get: { summary: "This description.", responses: { 200: { description: "OpenAPI 3.1." } } } },
  "/webhooks/{workspace}/{helpdesk}": {
    head: {
      summary: "Whether anybody is there: Intercom asks before it takes the address.",
      security: [],
      parameters: ["workspace", "helpdesk"].map((name) => ({
        name,
        in: "path",
        required: true,
        schema: { type: "string", maxLength: 40 },
      })),
      responses: { 200: { description: "Always; nothing is looked up." } },
    },
    post: {
      summary: "What happened in a helpdesk, signed by it.",
      security: [],
      parameters: ["workspace", "helpdesk"].map((name) => ({
        name,
        in: "path",
        required: true,
        schema: { type: "string", maxLength: 40 },
      })),
      requestBody: { required: true, content: { "application/json": { schema: { type: "object" } } } },
      responses: {
        202: { description: '{"status":"accepted"|"duplicate"|"ignored"}' },
        400: { description: "Not JSON, or a wrong field, named." },
        401: { description: "The signature is wrong, missing or too old." },
        404: { description: "No such workspace or helpdesk." },
        413: { description: "More than 1 MB." },
      },
    },
  },
};
