/** The workspaces of a stage. */
import { AppError } from "../error.ts";
import type { Table } from "./port.ts";

const pk = "WORKSPACES";

/** Lower-case letters, digits and hyphens: it stands in the webhook's address. */
export async function createWorkspace(table: Table, workspace: string, nowMs: number): Promise<boolean> {
  if (!/^[a-z0-9][a-z0-9-]{0,39}$/.test(workspace))
    throw new AppError(
      "input",
      "invalid_field",
      "A workspace's name has lower-case letters, digits and hyphens, at most 40.",
      "workspace",
    );
  return table.put({ pk, sk: workspace, v: 1, createdAt: new Date(nowMs).toISOString() }, "absent");
}

export async function listWorkspaces(table: Table): Promise<string[]> {
  return (await table.query({ pk })).map(({ sk }) => sk);
}
