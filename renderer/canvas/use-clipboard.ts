/** Copy, cut and paste as YAML text, by the browser's own clipboard events: works across windows and editors. */
import { type RefObject, useEffect, useMemo } from "react";
import { getEngine } from "#renderer/bridge/engine.ts";
import { translate } from "#renderer/i18n/i18n.ts";
import { showError, showToast } from "#renderer/state/toast-store.ts";
import { isReadOnly } from "#renderer/state/view.ts";
import { isTyping } from "#renderer/ui/keys.ts";
import { copySelection, paste, removeSelection } from "./actions.ts";
import { announce } from "./canvas-store.ts";
import { fragmentText, readFragment } from "./clipboard-text.ts";
import type { Point } from "./geometry.ts";

export type Clipboard = { readonly copy: () => void; readonly paste: () => void };

export function useClipboard(box: RefObject<HTMLElement | null>, placeToPaste: () => Point): Clipboard {
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const onCopy = (event: ClipboardEvent) => {
      if (isTyping(event.target) || hasMarkedText()) return;
      const piece = copySelection();
      if (!piece) return;
      event.clipboardData?.setData("text/plain", fragmentText(piece));
      event.preventDefault();
      announce(translate("canvas.said.copied", { count: Object.keys(piece.nodes).length }));
      if (event.type === "cut") removeSelection();
    };
    const onPaste = (event: ClipboardEvent) => {
      if (isTyping(event.target)) return;
      const text = event.clipboardData?.getData("text/plain") ?? "";
      if (text.trim() === "") return;
      event.preventDefault();
      void pasteText(text, placeToPaste());
    };
    element.addEventListener("copy", onCopy);
    element.addEventListener("cut", onCopy);
    element.addEventListener("paste", onPaste);
    return () => {
      element.removeEventListener("copy", onCopy);
      element.removeEventListener("cut", onCopy);
      element.removeEventListener("paste", onPaste);
    };
  }, [box, placeToPaste]);

  return useMemo(
    () => ({
      copy: () => {
        const piece = copySelection();
        if (piece) void navigator.clipboard.writeText(fragmentText(piece)).catch(showError);
      },
      paste: () => {
        void navigator.clipboard.readText().then((text) => pasteText(text, placeToPaste()), showError);
      },
    }),
    [placeToPaste],
  );
}

const hasMarkedText = (): boolean => (window.getSelection()?.toString() ?? "") !== "";

async function pasteText(text: string, at: Point): Promise<void> {
  if (isReadOnly()) return;
  try {
    const piece = await readFragment(getEngine(), text);
    if (piece) paste(piece, at);
    else showToast("info", translate("canvas.said.notPipeline"));
  } catch (thrown) {
    showError(thrown);
  }
}
