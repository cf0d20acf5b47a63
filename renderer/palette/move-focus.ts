/** Arrow keys inside a list of which only one item is a tab stop. */
import type { KeyboardEvent } from "react";

export function moveFocus(event: KeyboardEvent, list: Element | null, selector: string, step: number): void {
  const items = [...(list?.querySelectorAll<HTMLElement>(selector) ?? [])].filter(
    (item) => item.offsetParent !== null,
  );
  const at = items.indexOf(document.activeElement as HTMLElement);
  const next = items[Math.max(0, Math.min(items.length - 1, at + step))];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
