/** Outside calls that must not be made twice, nor again and again where they fail. */
import { AppError } from "../error.ts";

type Options = { now: () => number; capacity?: number; pauseMs?: number };

/** The same key is asked once; after a failure nothing is asked for `pauseMs`, and the answer is `AppError("upstream", "paused")`. */
export function sparingly<T>({ now, capacity = 500, pauseMs = 10_000 }: Options) {
  const answers = new Map<string, Promise<T>>();
  let until = 0;
  return (key: string, call: () => Promise<T>): Promise<T> => {
    const hit = answers.get(key);
    if (hit) return hit;
    if (now() < until) return Promise.reject(new AppError("upstream", "paused", "It failed a moment ago."));
    const answer = call();
    if (answers.size >= capacity) answers.delete(answers.keys().next().value!);
    answers.set(key, answer);
    answer.catch(() => {
      answers.delete(key);
      until = now() + pauseMs;
    });
    return answer;
  };
}
