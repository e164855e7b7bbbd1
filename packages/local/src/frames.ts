/**
 * API Gateway takes WebSocket messages of 128 KB in frames of at most 32 KB each and closes on a larger one, which `ws`
 * cannot tell: it joins frames. So their headers (RFC 6455, 5.2) are read here beside it.
 */

/** Takes the bytes of a connection in order and calls `exceeded` once a frame announces more than `limit` bytes. */
export function watchFrames(limit: number, exceeded: () => void): (chunk: Buffer) => void {
  const header: number[] = [];
  let payload = 0;
  return (chunk) => {
    for (let at = 0; at < chunk.length; ) {
      if (payload > 0) {
        const skipped = Math.min(payload, chunk.length - at);
        payload -= skipped;
        at += skipped;
        continue;
      }
      header.push(chunk[at++]!);
      const length = lengthOf(header);
      if (length === undefined) continue;
      header.length = 0;
      payload = length;
      if (length > limit) exceeded();
    }
  };
}

/** Undefined until the header is whole: two bytes, the extended length, and the mask. */
function lengthOf(header: readonly number[]): number | undefined {
  if (header.length < 2) return undefined;
  const short = header[1]! & 0x7f;
  const extended = short === 126 ? 2 : short === 127 ? 8 : 0;
  const masked = (header[1]! & 0x80) === 0 ? 0 : 4;
  if (header.length < 2 + extended + masked) return undefined;
  if (extended === 0) return short;
  return header.slice(2, 2 + extended).reduce((sum, byte) => sum * 256 + byte, 0);
}
