/** A folder of policy files as articles. A file that cannot be read is named, and the rest goes on. */
import { readdir, readFile, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { AppError } from "@cuecard/core/error";
import { articleOf, readable } from "@cuecard/core/import/files";
import type { Article } from "@cuecard/core/policy";

export type Unread = { name: string; reason: string };

/** In order of their names; folders inside are read too. Two files with one id: the second is named as unread. */
export async function readFolder(
  folder: string,
): Promise<{ articles: Article[]; unread: Unread[]; skipped: string[] }> {
  if (!(await stat(folder).catch(() => undefined))?.isDirectory()) throw new Error(`${folder} is not a folder.`);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => !entry.isDirectory() && !entry.name.startsWith("."))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !/(^|[\\/])(\.|node_modules[\\/])/.test(relative(folder, file)))
    .sort();
  const articles = new Map<string, Article>();
  const unread: Unread[] = [];
  const skipped: string[] = [];
  for (const file of files) {
    const name = relative(folder, file).split(sep).join("/");
    if (!readable.test(name)) {
      skipped.push(name);
      continue;
    }
    try {
      const article = await articleOf(name, await readFile(file));
      if (articles.has(article.id)) throw new AppError("input", "id_taken", `The id ${article.id} is another file's.`);
      articles.set(article.id, article);
    } catch (error) {
      // Its own faults and the disk's; the message says which.
      unread.push({ name, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  return { articles: [...articles.values()], unread, skipped };
}
