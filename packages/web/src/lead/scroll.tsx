import type { ComponentChildren } from "preact";

/** A wide table in its own scrolling box, which the keyboard reaches too. */
export function Scroll({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region needs the keyboard too
    <section class="scroll" aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
