/** A table that forgets: thousands of conversations that nobody reads again need no database. */
import type { Item, Table } from "@cuecard/core/store/port";

export function memoryTable(): Table {
  const parts = new Map<string, Map<string, Item>>();
  const part = (pk: string) => parts.get(pk) ?? parts.set(pk, new Map()).get(pk)!;
  return {
    get: async ({ pk, sk }) => structuredClone(part(pk).get(sk)),
    async put(item, condition) {
      const items = part(item.pk);
      const old = items.get(item.sk);
      if (condition === "absent" && old) return false;
      if (typeof condition === "object" && (!old || (old.rev ?? 0) !== condition.rev)) return false;
      items.set(item.sk, structuredClone(item));
      return true;
    },
    async remove({ pk, sk }) {
      const old = part(pk).get(sk);
      part(pk).delete(sk);
      return old;
    },
    async query({ pk, prefix, from, to, descending, limit }) {
      const found = [...part(pk).values()]
        .filter(({ sk }) =>
          prefix === undefined
            ? from === undefined || (sk >= from && sk <= (to ?? `${from}\uffff`))
            : sk.startsWith(prefix),
        )
        .sort((a, b) => (a.sk < b.sk ? -1 : 1));
      if (descending) found.reverse();
      return structuredClone(found.slice(0, limit));
    },
    index: async () => ({ rows: [] }),
  };
}
