/** Keyboard helpers: what a key event means, and how a shortcut is written on this machine. */

/** True while an input method is composing: Enter then belongs to it, not to us. */
export function isComposing(event: {
  readonly isComposing?: boolean;
  readonly keyCode?: number;
  readonly nativeEvent?: unknown;
}): boolean {
  const native = (event.nativeEvent ?? event) as {
    readonly isComposing?: boolean;
    readonly keyCode?: number;
  };
  return native.isComposing === true || native.keyCode === 229;
}

/** Is the person typing somewhere, so that single-letter shortcuts must stay away? */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.closest("input, textarea, select, [contenteditable='true']") !== null
  );
}

const mac = typeof navigator !== "undefined" && /Mac|iP/.test(navigator.platform);

/** `Ctrl+S` as this machine writes it. */
export function keyLabel(keys: string): string {
  return mac ? keys.replaceAll("Ctrl+", "⌘").replaceAll("Alt+", "⌥").replaceAll("Shift+", "⇧") : keys;
}
