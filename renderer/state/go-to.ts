/** Taking a person to a part of the shown graph: it is selected, and the canvas brings it into view. */
import { canvasPort } from "#renderer/state/canvas-port.ts";
import { documentActions } from "#renderer/state/document-store.ts";

export function goToNode(id: string): void {
  documentActions().select({ nodes: [id] });
  canvasPort()?.reveal(id);
}
