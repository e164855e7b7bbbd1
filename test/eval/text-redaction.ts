/** How much of the marked personal data is replaced, and how much that is none. */
import { join } from "node:path";
import { findPersonal } from "../../packages/core/src/redact.ts";
import { rows } from "./text-rows.ts";

type Row = { id: string; text: string; spans: { start: number; end: number; label: string }[] };
export type Score = { n: number; recall: number | null; found: number; precision: number | null };

/** Names of one kind in the sets we know; a label not here is not counted, but what covers it is no false positive. */
const labels: Record<string, string> = {
  EMAIL_ADDRESS: "email",
  EMAIL: "email",
  PHONE_NUMBER: "phone",
  PHONE: "phone",
  TELEPHONENUM: "phone",
  CREDIT_CARD: "card",
  CREDIT_CARD_NUMBER: "card",
  CREDITCARDNUMBER: "card",
  CARD: "card",
  IBAN_CODE: "iban",
  IBAN: "iban",
  IP_ADDRESS: "ip",
  IP: "ip",
  IPV4: "ip",
  IPV6: "ip",
  US_SSN: "ssn",
  SSN: "ssn",
  SOCIALNUM: "ssn",
  SECRET_URL: "url",
  URL_WITH_SECRET: "url",
};

/**
 * Found = every character of the marked text lies in something replaced, whatever its type. False = something replaced that
 * touches no marked text at all. Types that a set does not have give n 0 and stay out of the totals.
 */
export function redaction(dataDir: string, data: Row[] = rows<Row>(join(dataDir, "pii"))) {
  const types = ["email", "phone", "card", "iban", "ip", "url", "ssn"];
  const count = new Map(types.map((type) => [type, { n: 0, found: 0, given: 0, right: 0 }]));
  const missed: { id: string; type: string; value: string }[] = [];
  const wrong: { id: string; type: string; value: string }[] = [];
  for (const { id, text, spans } of data) {
    const given = findPersonal(text);
    const covered = new Uint8Array(text.length);
    for (const { start, end } of given) covered.fill(1, start, end);
    for (const { label, start, end } of spans) {
      const type = labels[label.toUpperCase()] ?? "";
      const row = count.get(type);
      if (!row) continue;
      row.n++;
      if (covered.subarray(start, end).every(Boolean)) row.found++;
      else missed.push({ id, type, value: text.slice(start, end) });
    }
    for (const { type, start, end } of given) {
      const row = count.get(type);
      if (!row) continue;
      row.given++;
      if (spans.some((span) => span.start < end && start < span.end)) row.right++;
      else wrong.push({ id, type, value: text.slice(start, end) });
    }
  }
  const byType: Record<string, Score> = {};
  const total = { n: 0, found: 0, given: 0, right: 0 };
  for (const [type, row] of count) {
    byType[type] = {
      n: row.n,
      recall: share(row.found, row.n),
      found: row.found,
      precision: share(row.right, row.given),
    };
    if (row.n === 0) continue;
    for (const key of ["n", "found", "given", "right"] as const) total[key] += row[key];
  }
  return {
    texts: data.length,
    byType,
    recall: share(total.found, total.n),
    precision: share(total.right, total.given),
    missed,
    wrong,
  };
}

const share = (part: number, of: number): number | null => (of === 0 ? null : part / of);
