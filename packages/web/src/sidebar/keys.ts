/** Single keys, while no field has the focus. None of them is a helpdesk's send key. */
import type { Store } from "./store.ts";

export function listenForKeys(page: Document, store: Store): void {
  page.addEventListener("keydown", (event) => {
    const target = event.target as HTMLElement;
    if (event.key === "Escape" && store.panel.value) {
      const opener = page.querySelector<HTMLElement>(`[data-opens~="${store.panel.value}"]`);
      store.panel.value = undefined;
      return opener?.focus();
    }
    if (event.ctrlKey || event.metaKey || event.altKey || store.phase.value !== "in") return;
    if (target.matches("input, textarea, select") || page.querySelector("dialog[open]")) return;
    if (act(event.key, target, page, store)) event.preventDefault();
  });
}

function act(key: string, target: HTMLElement, page: Document, store: Store): boolean {
  const press = (name: string) => {
    const button = page.querySelector<HTMLButtonElement>(`[data-key="${name}"]`);
    if (!button || button.disabled) return false;
    button.click();
    return true;
  };
  if (key === "Enter") return target.matches("[data-draft]") && press("i");
  if (key === "i" || key === "e" || key === "x") return press(key);
  if (key === "/") {
    const ask = page.querySelector<HTMLElement>("[data-ask]");
    ask?.focus();
    return ask !== null;
  }
  if (key === "?") {
    store.dialog.value = "keys";
    return true;
  }
  if (!/^[1-9]$/.test(key)) return false;
  const passage = page.querySelector<HTMLElement>(`[data-passage="${key}"]`);
  passage?.click();
  passage?.focus();
  return passage !== null;
}
