/** The window's keyboard shortcuts. Nothing acts while an input method composes or a dialog is open. */
import { useEffect } from "react";
import { tinykeys } from "tinykeys";
import { MENU_COMMANDS, type MenuCommand } from "#contract/desktop.ts";
import { COMMANDS, runCommand } from "#renderer/app/commands.ts";
import { useUi } from "#renderer/state/ui-store.ts";
import { isComposing, isTyping } from "#renderer/ui/keys.ts";

/** The text pane's undo is the document's; a plain field's undo is its own. */
const OWN_UNDO: ReadonlySet<MenuCommand> = new Set<MenuCommand>(["undo", "redo"]);

const FOCUSABLE =
  ".ll-canvas, [data-state='active'][role='tab'], .cm-content, button:not(:disabled), input, [tabindex='0']";

function binding(keys: string): string {
  if (keys === "?") return "[Shift]+?";
  const parts = keys.split("+").map((part) => (part === "Ctrl" ? "$mod" : part));
  const last = parts.pop() ?? "";
  return [...parts, /^[A-Z]$/.test(last) ? `Key${last}` : last].join("+");
}

function handler(name: MenuCommand, plain: boolean): (event: KeyboardEvent) => void {
  return (event) => {
    const field = isTyping(event.target);
    const inEditor = event.target instanceof HTMLElement && event.target.closest(".cm-editor") !== null;
    if (field && (plain || (OWN_UNDO.has(name) && !inEditor))) return;
    event.preventDefault();
    runCommand(name);
  };
}

/** From one region of the window to the next, by the landmarks a screen reader knows too. */
function nextRegion(step: 1 | -1): (event: KeyboardEvent) => void {
  return (event) => {
    event.preventDefault();
    const regions = [
      ...document.querySelectorAll<HTMLElement>(
        ".app-workspace > header, aside[aria-label], main, section.app-beside, section.app-bottom",
      ),
    ];
    const at = regions.findIndex((region) => region.contains(document.activeElement));
    const next = regions[(at + step + regions.length) % regions.length];
    next?.querySelector<HTMLElement>(FOCUSABLE)?.focus();
  };
}

export function useShortcuts(): void {
  useEffect(() => {
    const bindings: Record<string, (event: KeyboardEvent) => void> = {};
    for (const name of MENU_COMMANDS) {
      const { keys } = COMMANDS[name];
      if (keys !== undefined) bindings[binding(keys)] = handler(name, !keys.includes("+"));
    }
    bindings["$mod+Shift+KeyZ"] = handler("redo", false);
    bindings.F6 = nextRegion(1);
    bindings["Shift+F6"] = nextRegion(-1);
    return tinykeys(window, bindings, {
      ignore: (event) => isComposing(event) || useUi.getState().dialog !== undefined,
    });
  }, []);
}
