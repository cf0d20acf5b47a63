/** Tidy layout as a command: of the selection if there is one, else of all; one undo step. */
import { useCallback, useState } from "react";
import { useT } from "#renderer/i18n/i18n.ts";
import { useDocument } from "#renderer/state/document-store.ts";
import { showError } from "#renderer/state/toast-store.ts";
import { isReadOnly } from "#renderer/state/view.ts";
import { arrangeTo } from "./actions.ts";
import { announce } from "./canvas-store.ts";
import type { GraphModel } from "./graph-model.ts";

export function useTidy(
  model: GraphModel,
  afterwards: () => void,
): { readonly tidy: () => void; readonly tidying: boolean } {
  const t = useT();
  const [tidying, setTidying] = useState(false);
  const tidy = useCallback(() => {
    const { definition, selection, epoch } = useDocument.getState();
    if (isReadOnly() || Object.keys(definition.nodes).length === 0) return;
    const only = selection.nodes.size > 1 ? selection.nodes : new Set<string>();
    setTidying(true);
    announce(t("canvas.said.tidying"));
    import("./tidy.ts")
      .then(({ tidy: arrange }) =>
        arrange({ definition, rects: model.rects(), ports: (id) => model.cards.get(id)?.ports ?? [], only }),
      )
      .then((places) => {
        if (useDocument.getState().epoch !== epoch) return;
        arrangeTo(places);
        if (only.size === 0) requestAnimationFrame(afterwards);
      })
      .catch(showError)
      .finally(() => setTidying(false));
  }, [model, afterwards, t]);
  return { tidy, tidying };
}
