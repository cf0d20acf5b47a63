/**
 * What a person can do to the pipeline from the canvas, each as one undo step. Knows the document store and the
 * pure edits; knows nothing of React or of pointers.
 */
import type { ActivityInfo } from "#contract/activity-info.ts";
import type { EdgeDefinition, Layer, NodeDefinition, PipelineDefinition } from "#contract/definition.ts";
import type { Json } from "#contract/json.ts";
import { type MessageKey, translate } from "#renderer/i18n/i18n.ts";
import { documentActions, useDocument } from "#renderer/state/document-store.ts";
import {
  addNode,
  connect,
  copyNodes,
  duplicateNodes,
  type Fragment,
  freeId,
  insertNodeOnEdge,
  moveNodes,
  pasteNodes,
  removeEdges,
  removeNodes,
  rewire,
} from "#renderer/state/edits.ts";
import { isReadOnly } from "#renderer/state/view.ts";
import { announce } from "./canvas-store.ts";
import { judgeFrom, judgeInto } from "./connection-rules.ts";
import type { Point } from "./geometry.ts";
import { makeRoom, type Places } from "./make-room.ts";
import { placeAll } from "./placement.ts";

type Wire = { readonly node: string; readonly port: string; readonly type: "source" | "target" };

function edit(label: MessageKey, change: (definition: PipelineDefinition) => PipelineDefinition): boolean {
  if (isReadOnly()) {
    announce(translate("canvas.readOnly"));
    return false;
  }
  documentActions().apply(translate(label), change);
  return true;
}

function select(nodes: Iterable<string>, edges: Iterable<number> = []): void {
  documentActions().select({ nodes, edges });
}

/** A fresh node of that activity: its example settings, so that it is valid from the start. */
function freshNode(info: ActivityInfo, layer: Layer | undefined): NodeDefinition {
  const settings = structuredClone(info.example) as Record<string, Json>;
  const own = layer ?? (info.group === "layer" ? info.layers[0] : undefined);
  return {
    ...(own ? { layer: own } : {}),
    uses: info.name,
    ...(Object.keys(settings).length > 0 ? { with: settings } : {}),
  };
}

export type AddOptions = {
  readonly layer?: Layer | undefined;
  readonly wire?: Wire | undefined;
  readonly edge?: number | undefined;
};

/** Adds a node at a place, joined to a wire's end or put into an edge where asked. Returns its id. */
export function addActivity(
  info: ActivityInfo,
  at: Point,
  { layer, wire, edge }: AddOptions = {},
): string | undefined {
  const { definition } = useDocument.getState();
  const id = freeId((taken) => definition.nodes[taken] !== undefined, info.title);
  const node = freshNode(info, layer);
  const done = edit("canvas.do.add", (d) => {
    const settled = withPlaces(d);
    if (edge !== undefined) {
      const room = makeRoom(settled, edge, at);
      return insertNodeOnEdge(moveNodes(settled, room.others), edge, id, node, [room.at.x, room.at.y]);
    }
    const added = addNode(settled, id, node, [at.x, at.y]);
    if (!wire) return added;
    const fit =
      wire.type === "source" ? judgeFrom(added, wire.node, wire.port)(id) : judgeInto(added, wire.node)(id);
    return fit.fits ? connect(added, fit.edge) : added;
  });
  if (!done) return undefined;
  select([id]);
  announce(translate("canvas.said.added", { name: id }));
  return id;
}

/** Positions that were only worked out become part of the file as soon as a person arranges things. */
function withPlaces(d: PipelineDefinition): PipelineDefinition {
  const places: Record<string, readonly [number, number]> = {};
  for (const [id, at] of placeAll(d)) if (!d.layout?.[id]) places[id] = [at.x, at.y];
  return moveNodes(d, places);
}

export function connectWire(edge: EdgeDefinition): void {
  if (edit("canvas.do.connect", (d) => connect(d, edge))) {
    announce(translate("canvas.said.connected", { from: edge.from, to: edge.to }));
  }
}

/** One end of a wire was taken elsewhere. */
export function rewireTo(index: number, way: EdgeDefinition): void {
  if (edit("canvas.do.rewire", (d) => rewire(d, index, way))) {
    select([], [index]);
    announce(translate("canvas.said.connected", { from: way.from, to: way.to }));
  }
}

export function moveTo(places: Places): void {
  edit("canvas.do.move", (d) => moveNodes(withPlaces(d), places));
}

export function arrangeTo(places: Places): void {
  edit("canvas.do.tidy", (d) => moveNodes(d, places));
}

export function putIntoEdge(id: string, edge: number, wish: Point): void {
  edit("canvas.do.insert", (d) => {
    const settled = withPlaces(d);
    const { at, others } = makeRoom(settled, edge, wish, id);
    return insertNodeOnEdge(moveNodes(settled, { ...others, [id]: [at.x, at.y] }), edge, id);
  });
}

export function nudge(dx: number, dy: number): void {
  const { definition, selection } = useDocument.getState();
  const now = placeAll(definition);
  const places = Object.fromEntries(
    [...selection.nodes].flatMap((id) => {
      const at = now.get(id);
      return at ? [[id, [at.x + dx, at.y + dy] as const]] : [];
    }),
  );
  moveTo(places);
}

export function removeSelection(): void {
  const { selection } = useDocument.getState();
  if (selection.nodes.size + selection.edges.size === 0) return;
  const count = selection.nodes.size + selection.edges.size;
  if (edit("canvas.do.delete", (d) => removeNodes(removeEdges(d, selection.edges), selection.nodes))) {
    select([]);
    announce(translate("canvas.said.deleted", { count }));
  }
}

export function removeNode(id: string): void {
  if (edit("canvas.do.delete", (d) => removeNodes(d, [id])))
    announce(translate("canvas.said.deleted", { count: 1 }));
}

export function removeEdge(index: number): void {
  if (edit("canvas.do.delete", (d) => removeEdges(d, [index]))) select([]);
}

/** Copies of the selected nodes; `places` puts the copies where the originals were dragged to. */
export function duplicateSelection(places?: Places): void {
  const { selection } = useDocument.getState();
  if (selection.nodes.size === 0) return;
  let fresh: ReadonlyMap<string, string> = new Map();
  const done = edit("canvas.do.duplicate", (d) => {
    const { definition, ids } = duplicateNodes(withPlaces(d), selection.nodes);
    fresh = ids;
    if (!places) return definition;
    return moveNodes(
      definition,
      Object.fromEntries(Object.entries(places).map(([id, at]) => [ids.get(id) ?? id, at])),
    );
  });
  if (done) select(fresh.values());
}

export function copySelection(): Fragment | undefined {
  const { definition, selection } = useDocument.getState();
  return selection.nodes.size === 0 ? undefined : copyNodes(withPlaces(definition), selection.nodes);
}

/** Puts a piece so that its top left corner is at `at`. */
export function paste(piece: Fragment, at: Point): void {
  let fresh: ReadonlyMap<string, string> = new Map();
  const placed = { ...piece, layout: layoutOf(piece) };
  const corners = Object.values(placed.layout);
  const left = Math.min(...corners.map(([x]) => x));
  const top = Math.min(...corners.map(([, y]) => y));
  const done = edit("canvas.do.paste", (d) => {
    const result = pasteNodes(withPlaces(d), placed, [at.x - left, at.y - top]);
    fresh = result.ids;
    return result.definition;
  });
  if (!done) return;
  select(fresh.values());
  announce(translate("canvas.said.pasted", { count: fresh.size }));
}

function layoutOf({ nodes, edges, layout }: Fragment): Readonly<Record<string, readonly [number, number]>> {
  const given = layout
    ? Object.fromEntries(Object.entries(layout).map(([id, [x, y]]) => [id, [x, y] as [number, number]]))
    : {};
  const piece: PipelineDefinition = {
    layerloom: 1,
    name: "piece",
    nodes: { ...nodes },
    edges: [...edges],
    layout: given,
  };
  return Object.fromEntries([...placeAll(piece)].map(([id, { x, y }]) => [id, [x, y] as const]));
}

export function selectAll(): void {
  select(Object.keys(useDocument.getState().definition.nodes));
}

export function selectOnly(id: string): void {
  select([id]);
}
