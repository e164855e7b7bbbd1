/** A classifier as lists of whole numbers, for `compress`. */
import { type Linear, rareOf } from "./linear.ts";

export type Names = { labels: string[]; features: string[] };
type Stored = { names: Names; arrays: Uint32Array[] };

/** Weights are kept to a thousandth. */
const scale = 1_000;
const signed = (list: Float32Array) =>
  Uint32Array.from(list, (value) => {
    const whole = Math.round(value * scale);
    return whole < 0 ? -2 * whole - 1 : 2 * whole;
  });
const unsigned = (list: Uint32Array) =>
  Float32Array.from(list, (value) => (value & 1 ? -(value + 1) / 2 : value / 2) / scale);

export const stored = ({ labels, features, idf, starts, targets, values, bias }: Linear): Stored => ({
  names: { labels, features: [...features.keys()] },
  arrays: [signed(idf), starts, targets, signed(values), signed(bias)],
});

export function restored({ names: { labels, features }, arrays }: Stored): Linear {
  const idf = unsigned(arrays[0]!);
  return {
    labels,
    features: new Map(features.map((name, at) => [name, at])),
    idf,
    rare: rareOf(idf),
    starts: arrays[1]!,
    targets: arrays[2]!,
    values: unsigned(arrays[3]!),
    bias: unsigned(arrays[4]!),
  };
}
