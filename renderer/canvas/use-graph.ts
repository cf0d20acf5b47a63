/** The shown pipeline as React Flow's nodes and edges, with positions of a drag in progress laid over it. */
import { useMemo, useRef } from "react";
import { useDocument } from "#renderer/state/document-store.ts";
import { useActivities } from "#renderer/state/engine-store.ts";
import { useReadOnly, useShownDefinition } from "#renderer/state/view.ts";
import type { Point } from "./geometry.ts";
import { type CardNode, GraphModel, type WireEdge } from "./graph-model.ts";

export type Graph = { readonly model: GraphModel; readonly nodes: CardNode[]; readonly edges: WireEdge[] };

export function useGraph(moved: ReadonlyMap<string, Point>): Graph {
  const model = useRef<GraphModel>(undefined);
  model.current ??= new GraphModel();
  const definition = useShownDefinition();
  const readOnly = useReadOnly();
  const activities = useActivities();
  const selection = useDocument((state) => state.selection);
  const infos = useMemo(() => new Map(activities.map((info) => [info.name, info])), [activities]);
  return useMemo(() => {
    const current = model.current as GraphModel;
    const { nodes, edges } = current.update({
      definition,
      infos,
      moved,
      readOnly,
      selectedNodes: selection.nodes,
      selectedEdges: selection.edges,
    });
    return { model: current, nodes, edges };
  }, [definition, infos, moved, readOnly, selection]);
}
