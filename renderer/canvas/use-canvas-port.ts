/** Registers this canvas with the rest of the window, and draws pictures of it. Returns whether one is being drawn. */
import { type RefObject, useEffect, useState } from "react";
import type { Layer } from "#contract/definition.ts";
import { type CanvasPort, useCanvasPort } from "#renderer/state/canvas-port.ts";
import { useDocument } from "#renderer/state/document-store.ts";
import { useEngineState } from "#renderer/state/engine-store.ts";
import { showError } from "#renderer/state/toast-store.ts";
import { addActivity, removeNode, selectOnly } from "./actions.ts";
import { useCanvas } from "./canvas-store.ts";
import { freePlace } from "./free-place.ts";
import type { GraphModel } from "./graph-model.ts";
import { downloadPicture } from "./picture.ts";
import type { View } from "./use-view.ts";

type Parts = {
  readonly box: RefObject<HTMLElement | null>;
  readonly view: View;
  readonly tidy: () => void;
  readonly model: GraphModel;
};

export function useCanvasPortHolder({ box, view, tidy, model }: Parts): boolean {
  const [exporting, setExporting] = useState(false);
  useEffect(() => {
    const exportPicture = async (format: "png" | "svg") => {
      const viewport = box.current?.querySelector<HTMLElement>(".react-flow__viewport");
      const area = model.extent();
      if (!viewport || !area) return;
      setExporting(true);
      try {
        await frames(3);
        await downloadPicture(viewport, area, format, useDocument.getState().definition.name);
      } catch (thrown) {
        showError(thrown);
      } finally {
        setExporting(false);
      }
    };
    const port: CanvasPort = {
      addActivity: (name: string, layer?: Layer) => {
        const info = useEngineState.getState().activities.find((activity) => activity.name === name);
        if (!info) return;
        const id = addActivity(info, freePlace(view.middle(), [...model.rects().values()]), { layer });
        if (id !== undefined) requestAnimationFrame(() => view.reveal(id));
      },
      fitAll: view.fitAll,
      fitSelection: view.fitSelection,
      tidy,
      reveal: (id: string) => {
        selectOnly(id);
        view.reveal(id);
      },
      connectTo: (id: string) => useCanvas.setState({ connectFrom: id }),
      removeNode,
      exportPicture: (format: "png" | "svg") => void exportPicture(format),
      focus: () => box.current?.focus({ preventScroll: true }),
    };
    useCanvasPort.setState({ port });
    return () => {
      if (useCanvasPort.getState().port === port) useCanvasPort.setState({ port: undefined });
    };
  }, [box, view, tidy, model]);
  return exporting;
}

async function frames(count: number): Promise<void> {
  for (let n = 0; n < count; n++) await new Promise((resolve) => requestAnimationFrame(resolve));
}
