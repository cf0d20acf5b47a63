/** What travels with a palette item that is dragged onto the canvas. */
import { LAYERS, type Layer } from "#contract/definition.ts";

export const ACTIVITY_DRAG = "application/x-layerloom-activity";

export type ActivityDrag = { readonly name: string; readonly layer: Layer | undefined };

export function writeActivityDrag(transfer: DataTransfer, { name, layer }: ActivityDrag): void {
  transfer.setData(ACTIVITY_DRAG, `${name}\n${layer ?? ""}`);
  transfer.effectAllowed = "copy";
}

export function readActivityDrag(transfer: DataTransfer): ActivityDrag | undefined {
  const [name, layer] = transfer.getData(ACTIVITY_DRAG).split("\n");
  return name ? { name, layer: LAYERS.find((known) => known === layer) } : undefined;
}
