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
        {layersOf(template.text).map((layer) => (
          <span key={layer} className="start-step" style={{ color: layerColour(layer) }}>
            <LayerIcon layer={layer} size={14} />
            {LAYER_LETTERS[layer]}
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

/** The layers that the file uses, in their own order; enough for a picture, not a reading of the file. */
function layersOf(text: string): readonly Layer[] {
  const used = new Set([...text.matchAll(/\blayer:\s*([a-z]+)/g)].map((match) => match[1]));
  return LAYERS.filter((layer) => used.has(layer));
}
