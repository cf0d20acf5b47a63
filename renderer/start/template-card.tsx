/** One template: what it is for, and the layers it goes through, in order. */
import type { ReactNode } from "react";
import { LAYERS, type Layer } from "#contract/definition.ts";
import type { Template } from "#contract/engine-api.ts";
import { useTOr } from "#renderer/i18n/i18n.ts";
import { LAYER_LETTERS, LayerIcon, layerColour } from "#renderer/ui/layer-icon.tsx";

type TemplateCardProps = { readonly template: Template; readonly onChoose: () => void };

export function TemplateCard({ template, onChoose }: TemplateCardProps): ReactNode {
  const tOr = useTOr();
  return (
    <button type="button" className="start-card" onClick={onChoose}>
      <span className="start-strip" aria-hidden="true">
        {layersOf(template.text).map((layer, index) => (
          // The same layer may come twice; its place in the row is what tells them apart.
          // biome-ignore lint/suspicious/noArrayIndexKey: a fixed list that is never reordered
          <span key={index} className="start-step" style={{ color: layerColour(layer) }}>
            <LayerIcon layer={layer} size={14} />
            {layer === undefined ? "" : LAYER_LETTERS[layer]}
          </span>
        ))}
      </span>
      <span className="start-card-title">{tOr(`template.${template.id}.title`, template.title)}</span>
      <span className="start-card-text">
        {tOr(`template.${template.id}.description`, template.description)}
      </span>
    </button>
  );
}

const MOST = 8;

/** The layers as the file names them, one after the other; enough for a picture, not a reading of the file. */
export function layersOf(text: string): readonly (Layer | undefined)[] {
  const found = [...text.matchAll(/\blayer:\s*([a-z]+)/g)].map((match) =>
    LAYERS.find((layer) => layer === match[1]),
  );
  return found.slice(0, MOST);
}
