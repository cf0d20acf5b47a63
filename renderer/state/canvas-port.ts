/**
 * What other rooms may ask of the canvas without knowing it: the palette asks for a node, menus and dialogs for a
 * view or a picture. The canvas registers itself while it is mounted; a request without a canvas is no error.
 */
import { create } from "zustand";
import type { Layer } from "#contract/definition.ts";

export type CanvasPort = {
  /** Adds a node of this activity in the middle of what is visible and selects it. */
  readonly addActivity: (name: string, layer?: Layer) => void;
  readonly fitAll: () => void;
  readonly fitSelection: () => void;
  readonly tidy: () => void;
  readonly reveal: (id: string) => void;
  readonly connectTo: (id: string) => void;
  readonly removeNode: (id: string) => void;
  readonly exportPicture: (format: "png" | "svg") => void;
  readonly focus: () => void;
};

export const useCanvasPort = create<{ readonly port: CanvasPort | undefined }>(() => ({ port: undefined }));

export function canvasPort(): CanvasPort | undefined {
  return useCanvasPort.getState().port;
}
