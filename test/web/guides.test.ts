/** What the admin's page names for each helpdesk is really there. */
import { access } from "node:fs/promises";
import { names } from "@cuecard/core/helpdesk/registry";
import { expect, test } from "vitest";
import { fieldsOf, guideOf, nameOf } from "../../packages/web/src/admin/data.ts";

test.each(names)("%s has a name, a guide and fields", async (helpdesk) => {
  expect(nameOf(helpdesk)).not.toBe(helpdesk);
  await access(new URL(`../../${guideOf(helpdesk)}`, import.meta.url));
  expect(fieldsOf(helpdesk)).toContain("secret");
});
