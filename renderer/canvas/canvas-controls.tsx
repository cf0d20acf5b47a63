/** Zoom, fit, tidy, and the minimap, in the corners of the canvas. */
import { MiniMap } from "@xyflow/react";
import { Map as MapIcon, Maximize, Minus, Plus, Wand2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useT } from "#renderer/i18n/i18n.ts";
import { useReadOnly } from "#renderer/state/view.ts";
import { IconButton } from "#renderer/ui/button.tsx";
import { layerColour } from "#renderer/ui/layer-icon.tsx";
import type { CardNode } from "./graph-model.ts";
import type { View } from "./use-view.ts";

/** Drawing a rectangle for each of more nodes than this costs more than it shows. */
const MINIMAP_MOST = 1500;

type Props = {
  readonly view: View;
  readonly tidy: () => void;
  readonly tidying: boolean;
  readonly count: number;
};

export function CanvasControls({ view, tidy, tidying, count }: Props): ReactNode {
  const t = useT();
  const readOnly = useReadOnly();
  const [map, setMap] = useState(true);
  return (
    <>
      <div className="ll-controls" role="toolbar" aria-label={t("canvas.controls")}>
        <IconButton label={t("canvas.zoomIn")} keys="+" onClick={() => view.zoomBy(1.25)}>
          <Plus size={15} />
        </IconButton>
        <IconButton label={t("canvas.zoomOut")} keys="-" onClick={() => view.zoomBy(0.8)}>
          <Minus size={15} />
        </IconButton>
        <IconButton label={t("canvas.menu.fit")} keys="Shift+1" onClick={view.fitAll}>
          <Maximize size={15} />
        </IconButton>
        <IconButton
          label={t("canvas.menu.tidy")}
          keys="Shift+T"
          onClick={tidy}
          disabled={readOnly || tidying || count === 0}
        >
          <Wand2 size={15} />
        </IconButton>
        <IconButton label={t("canvas.minimap")} pressed={map} onClick={() => setMap(!map)}>
          <MapIcon size={15} />
        </IconButton>
      </div>
      {map && count > 1 && count <= MINIMAP_MOST && (
        <MiniMap<CardNode>
          className="ll-minimap"
          pannable
          zoomable
          ariaLabel={t("canvas.minimap")}
          nodeColor={(node) => layerColour(node.data.node.layer)}
          nodeStrokeWidth={0}
          nodeBorderRadius={12}
          maskColor="var(--minimap-mask)"
        />
      )}
    </>
  );
}
