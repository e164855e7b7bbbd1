import type { Suggestion } from "@cuecard/core/protocol";
import { useEffect, useRef } from "preact/hooks";
import type { Store } from "./store.ts";

/** A ref for what the rep has just asked for: it comes into sight, as it may stand below the fold. */
export function useArrival<E extends HTMLElement>(key: string | undefined) {
  const element = useRef<E>(null);
  useEffect(() => {
    if (key !== undefined) element.current?.scrollIntoView({ block: "nearest" });
  }, [key]);
  return element;
}

/**
 * A ref for the element that shows a suggestion's text. It counts as seen while it is ready, inside the visible part
 * of the page (of the host's page too), and the page itself is not in a background tab.
 */
export function useSeen<E extends HTMLElement = HTMLParagraphElement>(
  store: Store,
  suggestion: Suggestion | undefined,
  drawn = suggestion?.text !== "",
) {
  const element = useRef<E>(null);
  const id = suggestion?.status === "ready" && drawn ? suggestion.id : undefined;
  useEffect(() => {
    if (id === undefined || !element.current) return;
    let inside = false;
    const tell = () => store.seen(id, inside && document.visibilityState === "visible");
    const observer = new IntersectionObserver((entries) => {
      inside = entries.at(-1)!.isIntersecting;
      tell();
    });
    observer.observe(element.current);
    document.addEventListener("visibilitychange", tell);
    return () => {
      observer.disconnect();
      document.removeEventListener("visibilitychange", tell);
      store.seen(id, false);
    };
  }, [id, store]);
  return element;
}
