import type { Strings } from "../strings.ts";

/** A passage with the words that matter most in bold; `from` leaves out what stands before them. */
export function Quote({ text, start, end, from = 0 }: { text: string; start: number; end: number; from?: number }) {
  return (
    <>
      {text.slice(from, start)}
      <strong>{text.slice(start, end)}</strong>
      {text.slice(end)}
    </>
  );
}

export function Lock({ words }: { words: string }) {
  return (
    <svg class="lock" viewBox="0 0 12 12" width="12" height="12" role="img" aria-label={words}>
      <title>{words}</title>
      <rect x="2" y="5" width="8" height="6" rx="1" />
      <path d="M4 5V3.5a2 2 0 0 1 4 0V5" />
    </svg>
  );
}

/** Only web addresses become links: an article's may say anything. */
export function Source({ url, strings }: { url: string | undefined; strings: Strings }) {
  if (!url || !/^https?:/i.test(url)) return null;
  return (
    <a href={url} target="_blank" rel="noopener noreferrer">
      {strings.openSource} <span aria-hidden="true">↗</span>
    </a>
  );
}
