/** What an app is made for: one server, one workspace. */
export type Target = {
  /** Where Cuecard is, without a path: `https://cuecard.example.com`. */
  origin: string;
  workspace: string;
  version: string;
};
export type Files = Record<string, string | Uint8Array>;

export const pageOf = ({ origin, workspace }: Target, helpdesk: string) =>
  `${origin}/api/identity/${helpdesk}/${workspace}`;
export const webhookOf = ({ origin, workspace }: Target, helpdesk: string) =>
  `${origin}/webhooks/${workspace}/${helpdesk}`;
export const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
export const words = {
  name: "Cuecard",
  short: "Policy, a draft and a summary beside the ticket",
  long: "Cuecard shows the passage of policy that applies, a draft to send, edit or refuse, and a summary. It never sends.",
};
