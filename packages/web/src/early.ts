/**
 * Requests that a page's first, small script sends while the large one is still on its way. On a slow line that is the half of what
 * a rep waits for. Who asks the same later is given the answer that is already coming, once.
 */
export type Request = { method: string; path: string; bearer: string | undefined; body: string | undefined };

/** A ticket lives for a minute; what nobody asked for by then is let go. */
const keptMs = 30_000;

const place = globalThis as { cuecardEarly?: Map<string, Promise<Response>> };
const keyOf = ({ method, path, bearer, body }: Request) => JSON.stringify([method, path, bearer, body]);

/** Rejects as `fetch` does. */
export function send({ method, path, bearer, body }: Request): Promise<Response> {
  return fetch(path, {
    method,
    headers: {
      ...(bearer ? { authorization: `Bearer ${bearer}` } : {}),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body }),
  });
}

export function sendEarly(request: Request): Promise<Response> {
  place.cuecardEarly ??= new Map();
  const key = keyOf(request);
  const answer = place.cuecardEarly.get(key) ?? send(request);
  place.cuecardEarly.set(key, answer);
  answer.catch(() => undefined); // whoever takes it is told; if nobody does, nothing was lost
  setTimeout(() => place.cuecardEarly?.delete(key), keptMs);
  return answer;
}

export function takeEarly(request: Request): Promise<Response> | undefined {
  const key = keyOf(request);
  const answer = place.cuecardEarly?.get(key);
  place.cuecardEarly?.delete(key);
  return answer;
}
