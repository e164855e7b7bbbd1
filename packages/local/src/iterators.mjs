/**
 * dynalite 4.0.0 ends what it reads with by calling `return`, which the iterators of its LevelDB (abstract-level 3) do not
 * have: each query left one open for ever, with a snapshot of the whole table. A gigabyte after 100,000 queries, and slower
 * with each. Plain JavaScript, like the process that loads it.
 */
import { createRequire } from "node:module";

const from = (path, name) => createRequire(path).resolve(name);
const { AbstractKeyIterator, AbstractValueIterator } = createRequire(from(from(import.meta.url, "dynalite"), "level"))(
  "abstract-level",
);

for (const { prototype } of [AbstractKeyIterator, AbstractValueIterator])
  prototype.return ??= function () {
    return this.close();
  };
