/**
 * A linear classifier over sparse features: softmax regression trained by AdaGrad (Duchi, Hazan & Singer 2011). A weight
 * exists only where feature and label were seen together, so its size grows with the history, not with labels × features.
 */

export type Sample = { features: Map<string, number>; label: string; weight: number };

export type Linear = {
  labels: string[];
  features: Map<string, number>;
  idf: Float32Array;
  /** What a feature counts that was never seen: half of the rarest. */
  rare: number;
  /** Weights of feature f: `targets` and `values` from `starts[f]` to `starts[f + 1]`. */
  starts: Uint32Array;
  targets: Uint32Array;
  values: Float32Array;
  bias: Float32Array;
};

type Vector = { at: Uint32Array; worth: Float32Array };

/** tf·idf, scaled to length one; features never seen are left out, but count in the length. */
function vector(
  { features, idf, rare }: Pick<Linear, "features" | "idf" | "rare">,
  counts: Map<string, number>,
): Vector {
  const at: number[] = [];
  const worth: number[] = [];
  let norm = 0;
  for (const [name, count] of counts) {
    const feature = features.get(name);
    const value = Math.sqrt(count) * (feature === undefined ? rare : idf[feature]!);
    norm += value * value * (name.startsWith("#") && feature === undefined ? 0.1 : 1);
    if (feature === undefined) continue;
    at.push(feature);
    worth.push(value);
  }
  const scale = norm ? 1 / Math.sqrt(norm) : 0;
  return { at: Uint32Array.from(at), worth: Float32Array.from(worth, (value) => value * scale) };
}

export const rareOf = (idf: Float32Array): number => idf.reduce((most, each) => Math.max(most, each), 2) / 2;

/** Order and randomness are fixed, so the same history gives the same model. */
export function train(samples: Sample[], { epochs = 12, rate = 0.5, least = 1 } = {}): Linear {
  const labels = [...new Set(samples.map(({ label }) => label))];
  const numberOf = new Map(labels.map((label, at) => [label, at]));
  const df = new Map<string, number>();
  for (const sample of samples) for (const name of sample.features.keys()) df.set(name, (df.get(name) ?? 0) + 1);
  const features = new Map<string, number>();
  for (const [name, count] of df)
    if (count >= (name.startsWith("#") || name.includes(" ") ? Math.max(2, least) : least))
      features.set(name, features.size);
  const idf = new Float32Array(features.size);
  for (const [name, feature] of features) idf[feature] = Math.log(1 + samples.length / df.get(name)!);
  const rare = rareOf(idf);
  const vectors = samples.map((sample) => vector({ features, idf, rare }, sample.features));
  const gold = Uint32Array.from(samples, ({ label }) => numberOf.get(label)!);
  const together: Set<number>[] = Array.from({ length: features.size }, () => new Set<number>());
  for (const [row, { at }] of vectors.entries()) for (const feature of at) together[feature]!.add(gold[row]!);
  const starts = new Uint32Array(features.size + 1);
  for (let feature = 0; feature < features.size; feature++)
    starts[feature + 1] = starts[feature]! + together[feature]!.size;
  const targets = new Uint32Array(starts[features.size]!);
  for (let feature = 0; feature < features.size; feature++) targets.set([...together[feature]!], starts[feature]!);
  const model: Linear = {
    labels,
    features,
    idf,
    rare,
    starts,
    targets,
    values: new Float32Array(targets.length),
    bias: new Float32Array(labels.length),
  };
  const sums = new Float32Array(targets.length).fill(1e-2);
  const biasSums = new Float32Array(labels.length).fill(1e-2);
  const scores = new Float32Array(labels.length);
  let seed = 12_345;
  const order = samples.map((_, row) => row);
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (let at = order.length - 1; at > 0; at--) {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      const other = seed % (at + 1);
      [order[at], order[other]] = [order[other]!, order[at]!];
    }
    for (const row of order) {
      const { at, worth } = vectors[row]!;
      score(model, at, worth, scores);
      softmax(scores);
      const weight = samples[row]!.weight;
      // towards the label, or away from it when the pair was refused
      const sign = weight < 0 ? -1 : 1;
      const size = Math.min(3, Math.abs(weight));
      if (sign > 0) scores[gold[row]!]! -= 1;
      else for (let label = 0; label < scores.length; label++) scores[label] = label === gold[row] ? scores[label]! : 0;
      for (let item = 0; item < at.length; item++) {
        const end = starts[at[item]! + 1]!;
        for (let cell = starts[at[item]!]!; cell < end; cell++) {
          const slope = scores[targets[cell]!]! * worth[item]! * size;
          if (slope === 0) continue;
          sums[cell]! += slope * slope;
          model.values[cell]! -= (rate * slope) / Math.sqrt(sums[cell]!);
        }
      }
      for (let label = 0; label < labels.length; label++) {
        const slope = scores[label]! * 0.1 * size;
        biasSums[label]! += slope * slope;
        model.bias[label]! -= (rate * 0.1 * slope) / Math.sqrt(biasSums[label]!);
      }
    }
  }
  return model;
}

function score(
  { starts, targets, values, bias }: Linear,
  at: Uint32Array,
  worth: Float32Array,
  into: Float32Array,
): void {
  into.set(bias);
  for (let item = 0; item < at.length; item++) {
    const end = starts[at[item]! + 1]!;
    for (let cell = starts[at[item]!]!; cell < end; cell++) into[targets[cell]!]! += values[cell]! * worth[item]!;
  }
}

function softmax(scores: Float32Array): void {
  let most = Number.NEGATIVE_INFINITY;
  for (const value of scores) if (value > most) most = value;
  let sum = 0;
  for (let at = 0; at < scores.length; at++) {
    scores[at] = Math.exp(scores[at]! - most);
    sum += scores[at]!;
  }
  for (let at = 0; at < scores.length; at++) scores[at]! /= sum;
}

/** The probability of each label; and the share of the text's weight that the history has seen (0 = nothing known). */
export function classify(model: Linear, counts: Map<string, number>): { chances: Float32Array; known: number } {
  const { at, worth } = vector(model, counts);
  const chances = new Float32Array(model.labels.length);
  let known = 0;
  for (const value of worth) known += value * value;
  if (model.labels.length === 0) return { chances, known: 0 };
  score(model, at, worth, chances);
  softmax(chances);
  return { chances, known };
}
