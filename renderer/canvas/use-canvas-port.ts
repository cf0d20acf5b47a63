/** Registers this canvas with the rest of the window, and draws pictures of it. Returns whether one is being drawn. */
import { type RefObject, useEffect, useRef, useState } from "react";
import type { Layer } from "#contract/definition.ts";
import { type CanvasPort, useCanvasPort } from "#renderer/state/canvas-port.ts";
import { useDocument } from "#renderer/state/document-store.ts";
import { useEngineState } from "#renderer/state/engine-store.ts";
import { showError } from "#renderer/state/toast-store.ts";
import { addActivity, removeNode, selectOnly } from "./actions.ts";
import { useCanvas } from "./canvas-store.ts";
import { NODE_HEIGHT, NODE_WIDTH, unionOf } from "./geometry.ts";
import type { GraphModel } from "./graph-model.ts";
import { downloadPicture } from "./picture.ts";
import type { View } from "./use-view.ts";

type Parts = {
  readonly box: RefObject<HTMLElement | null>;
  readonly view: View;
  readonly tidy: () => void;
  readonly model: GraphModel;
};

const STEP = 24;

export function useCanvasPortHolder({ box, view, tidy, model }: Parts): boolean {
  const [exporting, setExporting] = useState(false);
  const added = useRef(0);
  useEffect(() => {
    const exportPicture = async (format: "png" | "svg") => {
      const viewport = box.current?.querySelector<HTMLElement>(".react-flow__viewport");
      const area = unionOf([...model.rects().values()]);
      if (!viewport || !area) return;
      setExporting(true);
      try {
        await frames(3);
        const roomy = { x: area.x, y: area.y - 80, width: area.width + 60, height: area.height + 200 };
        await downloadPicture(viewport, roomy, format, useDocument.getState().definition.name);
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
        const middle = view.middle();
        const shift = (added.current++ % 8) * STEP;
        addActivity(
          info,
          { x: middle.x - NODE_WIDTH / 2 + shift, y: middle.y - NODE_HEIGHT / 2 + shift },
          { layer },
        );
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
