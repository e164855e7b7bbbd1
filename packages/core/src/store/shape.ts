/** The shape of records (`v`), and of the report's packed rows: each version reads its own and all older ones. */
import { AppError } from "../error.ts";

/** Raised when a record's meaning changes; what is merely added to one needs no new number. */
export const shape = 1;

/**
 * After a roll back the table may hold what a newer version wrote. Half understood it would give wrong figures, so it is
 * refused: jobs wait on the queue, and pages say why.
 */
export function readable<T extends { v?: unknown }>(record: T): T {
  if (Number(record.v ?? shape) > shape) throw newer(Number(record.v));
  return record;
}

export const newer = (found: number) =>
  new AppError(
    "upstream",
    "record_newer",
    `A record was written by a newer version of Cuecard (shape ${found}; this version reads up to ${shape}). Deploy that version again.`,
  );
