/** Cuecard's mark as PNG, since some vendors take no SVG: a card with three lines, the last of them short. */
import { crc32, deflateSync } from "node:zlib";

const ink = [0x1f, 0x5f, 0x8b, 0xff];
const paper = [0xff, 0xff, 0xff, 0xff];
const none = [0, 0, 0, 0];

/** Where the lines stand, as shares of the side: from the left, to the right, and how high. */
const lines = [
  [0.26, 0.74, 0.34],
  [0.26, 0.74, 0.5],
  [0.26, 0.54, 0.66],
] as const;

function colourAt(x: number, y: number): number[] {
  const [dx, dy] = [Math.max(0.24 - x, x - 0.76, 0), Math.max(0.24 - y, y - 0.76, 0)];
  if (Math.hypot(dx, dy) > 0.18) return none;
  return lines.some(([from, to, at]) => x >= from && x <= to && Math.abs(y - at) < 0.045) ? paper : ink;
}

/** A square of `side` px, 8 bits and an alpha channel. https://www.w3.org/TR/png/ */
export function logo(side: number): Uint8Array {
  const rows = Buffer.alloc(side * (1 + side * 4));
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++)
      rows.set(colourAt((x + 0.5) / side, (y + 0.5) / side), y * (1 + side * 4) + 1 + x * 4);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, 6, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const around = Buffer.alloc(8);
  around.writeUInt32BE(data.length, 0);
  around.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([around.subarray(0, 4), body, around.subarray(4)]);
}
