/** Takes somebody to a field: selects what it belongs to, shows the tab, opens the section, puts the cursor in it. */
import { type RefObject, useEffect } from "react";
import { documentActions, useDocument } from "#renderer/state/document-store.ts";
import { useUi } from "#renderer/state/ui-store.ts";
import { placeOf } from "./paths.ts";

export function useFieldFocus(box: RefObject<HTMLElement | null>, setTab: (tab: "settings") => void): void {
  const request = useUi((state) => state.focus);
  useEffect(() => {
    if (!request) return;
    const { node, edge } = placeOf(request.path);
    const { selection } = useDocument.getState();
    if (node !== undefined && !(selection.nodes.size === 1 && selection.nodes.has(node))) {
      documentActions().select({ nodes: [node] });
    } else if (edge !== undefined && !(selection.edges.size === 1 && selection.edges.has(edge))) {
      documentActions().select({ edges: [edge] });
    } else if (node === undefined && edge === undefined) documentActions().select({});
    setTab("settings");
    // Two frames: the selection renders the form, the form renders the field.
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(() => focusField(box.current, request.path));
    });
    return () => cancelAnimationFrame(frame);
  }, [request, box, setTab]);
}

/** The field itself, else the nearest that contains it. */
function focusField(box: HTMLElement | null, path: string): void {
  const parts = path.split(".");
  for (let length = parts.length; length > 0; length--) {
    const target = box?.querySelector<HTMLElement>(
      `[data-path="${CSS.escape(parts.slice(0, length).join("."))}"]`,
    );
    if (!target) continue;
    for (
      let around = target.closest("details");
      around;
      around = around.parentElement?.closest("details") ?? null
    ) {
      around.open = true;
    }
    target.scrollIntoView({ block: "center" });
    target.focus();
    if (target instanceof HTMLInputElement && target.type === "text") target.select();
    return;
  }
}
