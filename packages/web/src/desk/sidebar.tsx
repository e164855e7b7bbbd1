import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { envelope, type ToHost } from "../sidebar/host.ts";
import type { ComposerHandle } from "./composer.tsx";
import type { Store } from "./store.ts";

type Props = { store: Store; token: string; composer: RefObject<ComposerHandle | null> };

/** The sidebar in its frame, as a real helpdesk holds it; see docs/helpdesks/embed.md. */
export function Sidebar({ store, token, composer }: Props) {
  const frame = useRef<HTMLIFrameElement>(null);
  const conversationId = store.selected.value;
  const mode = store.mode.value;
  const tell = (message: object) =>
    frame.current?.contentWindow?.postMessage(envelope(message), window.location.origin);

  useEffect(() => {
    const context = () => {
      tell({ type: "context", conversationId: store.selected.value, token });
      tell({ type: "composer", empty: composer.current?.empty() ?? true, mode: store.mode.value });
    };
    const hear = ({ source, origin, data }: MessageEvent) => {
      if (source !== frame.current?.contentWindow || origin !== window.location.origin) return;
      if (data?.source !== "cuecard" || data.v !== 1) return;
      const message = data as ToHost;
      if (message.type === "ready") context();
      if (message.type === "insert") {
        store.tab.value = "thread";
        // On a narrow screen the composer's pane is only drawn after this.
        setTimeout(() => composer.current?.insert(message.text));
      }
    };
    window.addEventListener("message", hear);
    context();
    return () => window.removeEventListener("message", hear);
  }, [token, store, composer]);

  useEffect(() => tell({ type: "context", conversationId, token }), [conversationId, token]);
  useEffect(() => tell({ type: "composer", empty: composer.current?.empty() ?? true, mode }), [mode, conversationId]);

  return (
    <aside class="right" aria-label="Cuecard">
      <iframe ref={frame} src="/sidebar" title="Cuecard's suggestions" allow="clipboard-write" />
    </aside>
  );
}
