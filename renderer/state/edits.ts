/**
 * Every change a person can make to a pipeline, as a pure function from definition to definition. The canvas, the
 * outline and the inspector use these and nothing else; an edit that changes nothing returns its argument.
 */
import type { EdgeDefinition, NodeDefinition, PipelineDefinition } from "#contract/definition.ts";
import { renameInJson } from "#renderer/state/rename.ts";

type D = PipelineDefinition;
export type Position = readonly [x: number, y: number];
/** A piece of a pipeline, as copied and pasted. Edges join nodes of the piece only. */
export type Fragment = {
  readonly nodes: Readonly<Record<string, NodeDefinition>>;
  readonly edges: readonly EdgeDefinition[];
  readonly layout?: Readonly<Record<string, Position>> | undefined;
};

const GRID = 4;
const snap = (value: number): number => Math.round(value / GRID) * GRID;
const at = (position: Position): [number, number] => [snap(position[0]), snap(position[1])];

/** `base`, or `base-2`, `base-3`… : the first that is not taken. */
export function freeId(taken: (id: string) => boolean, base: string): string {
  const cleaned = base
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, "-")
    .replace(/^[^a-z]+/, "")
    .replace(/-+$/, "");
  const stem = cleaned === "" ? "node" : cleaned;
  if (!taken(stem)) return stem;
  const root = stem.replace(/-\d+$/, "");
  for (let n = 2; ; n++) if (!taken(`${root}-${n}`)) return `${root}-${n}`;
}

export function addNode(d: D, id: string, node: NodeDefinition, position?: Position): D {
  const next: D = { ...d, nodes: { ...d.nodes, [id]: node } };
  return position ? { ...next, layout: { ...d.layout, [id]: at(position) } } : next;
}

const isForward = (edge: EdgeDefinition): boolean => edge.kind === "flow" || edge.kind === "branch";

/** Removes nodes and their edges; a node with exactly one way in and one way out leaves a healed wire behind. */
export function removeNodes(d: D, ids: Iterable<string>): D {
  let next = d;
  for (const id of ids) next = removeNode(next, id);
  return next;
}

function removeNode(d: D, id: string): D {
  if (!d.nodes[id]) return d;
  const incoming = d.edges.filter((e) => e.to === id && isForward(e));
  const outgoing = d.edges.filter((e) => e.from === id && isForward(e));
  const [before, after] = [incoming[0], outgoing[0]];
  const heals = incoming.length === 1 && outgoing.length === 1 && before && after && before.from !== after.to;
  const healed = heals ? { ...before, to: after.to } : undefined;
  const edges: EdgeDefinition[] = [];
  for (const edge of d.edges) {
    if (edge === before && healed && !hasEdge(d, healed)) edges.push(healed);
    else if (edge.from !== id && edge.to !== id) edges.push(edge);
  }
  const { [id]: _node, ...rest } = d.nodes;
  const nodes = swapCandidates(rest, id, heals && before ? { of: before.from, to: after.to } : undefined);
  const next: D = { ...d, nodes, edges };
  if (!d.layout) return next;
  const { [id]: _place, ...layout } = d.layout;
  return { ...next, layout };
}

/** Nobody chooses `gone` any more; the node that its one way in came from chooses what comes behind it instead. */
function swapCandidates(
  nodes: D["nodes"],
  gone: string,
  healed: { readonly of: string; readonly to: string } | undefined,
): D["nodes"] {
  return Object.fromEntries(
    Object.entries(nodes).map(([id, node]) => {
      if (!node.next?.includes(gone)) return [id, node];
      const instead = healed?.of === id && !node.next.includes(healed.to) ? [healed.to] : [];
      return [
        id,
        withNext(
          node,
          node.next.flatMap((to) => (to === gone ? instead : [to])),
        ),
      ];
    }),
  );
}

function withNext({ next: _next, ...node }: NodeDefinition, next: readonly string[]): NodeDefinition {
  return next.length === 0 ? node : { ...node, next: [...next] };
}

const sameList = (a: readonly string[] | undefined, b: readonly string[] | undefined): boolean =>
  (a ?? []).join() === (b ?? []).join();

function hasEdge(d: D, edge: EdgeDefinition): boolean {
  return d.edges.some(
    (e) =>
      e.from === edge.from &&
      e.to === edge.to &&
      e.kind === edge.kind &&
      sameList(e.on, edge.on) &&
      e.when === edge.when &&
      e.else === edge.else,
  );
}

/** Adds an edge; the same edge twice is no change. */
export function connect(d: D, edge: EdgeDefinition): D {
  return hasEdge(d, edge) ? d : { ...d, edges: [...d.edges, edge] };
}

/** An edge's end leads elsewhere. What the edge says stays as far as `way` (its new ends and kind) leaves room for it. */
export function rewire(d: D, index: number, way: EdgeDefinition): D {
  const old = d.edges[index];
  if (!old) return d;
  const without = removeEdges(d, [index]);
  return { ...without, edges: without.edges.toSpliced(index, 0, rewired(old, way)) };
}

function rewired(old: EdgeDefinition, way: EdgeDefinition): EdgeDefinition {
  const { from, to } = way;
  const forward = isForward(old) && isForward(way);
  if (!forward) return old.kind === way.kind ? { ...old, from, to } : way;
  if (from === old.from) return { ...old, to };
  // Another node has outcomes of its own.
  const { on: _left, ...rest } = old;
  const on = way.on ? { on: way.on } : {};
  const judged = way.on !== undefined || old.when !== undefined || old.else !== undefined;
  return { ...rest, ...on, from, to, kind: judged ? "branch" : "flow" };
}

export function removeEdges(d: D, indices: Iterable<number>): D {
  const gone = new Set(indices);
  const edges = d.edges.filter((_, index) => !gone.has(index));
  if (edges.length === d.edges.length) return d;
  const left = { ...d, edges };
  // Without a way to it a candidate would bring its own edge back.
  const ways = new Set(edges.filter(isForward).map(({ from, to }) => `${from} ${to}`));
  return d.edges
    .filter((edge, index) => gone.has(index) && isForward(edge) && !ways.has(`${edge.from} ${edge.to}`))
    .reduce(
      (next, { from, to }) =>
        updateNode(next, from, (node) =>
          node.next?.includes(to)
            ? withNext(
                node,
                node.next.filter((other) => other !== to),
              )
            : node,
        ),
      left,
    );
}

export function updateNode(d: D, id: string, change: (node: NodeDefinition) => NodeDefinition): D {
  const node = d.nodes[id];
  if (!node) return d;
  const next = change(node);
  return next === node ? d : { ...d, nodes: { ...d.nodes, [id]: next } };
}

export function updateEdge(d: D, index: number, change: (edge: EdgeDefinition) => EdgeDefinition): D {
  const edge = d.edges[index];
  if (!edge) return d;
  const next = change(edge);
  return next === edge ? d : { ...d, edges: d.edges.with(index, next) };
}

/** Gives a node a new id: in edges, layout, node lists, and in every expression that says `nodes.<id>`. */
export function renameNode(d: D, from: string, to: string): D {
  if (from === to || !d.nodes[from] || d.nodes[to]) return d;
  const nodes: Record<string, NodeDefinition> = {};
  for (const [id, node] of Object.entries(d.nodes))
    nodes[id === from ? to : id] = renameInNode(node, from, to);
  const edges = d.edges.map(
    (edge): EdgeDefinition => ({
      ...renameInJson(edge, from, to),
      from: edge.from === from ? to : edge.from,
      to: edge.to === from ? to : edge.to,
    }),
  );
  const next: D = { ...d, nodes, edges };
  if (d.output !== undefined) next.output = renameInJson(d.output, from, to);
  if (d.layout) next.layout = renameKey(d.layout, from, to);
  return next;
}

function renameInNode(node: NodeDefinition, from: string, to: string): NodeDefinition {
  const next = renameInJson(node, from, to);
  const swap = (id: string): string => (id === from ? to : id);
  if (next.next) next.next = next.next.map(swap);
  if (next.speculate) next.speculate = next.speculate.map(swap);
  return next;
}

function renameKey<V>(record: Readonly<Record<string, V>>, from: string, to: string): Record<string, V> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key === from ? to : key, value]));
}

/** Positions only. Nodes that do not exist are left out. */
export function moveNodes(d: D, positions: Readonly<Record<string, Position>>): D {
  const layout = { ...d.layout };
  let changed = false;
  for (const [id, position] of Object.entries(positions)) {
    if (!d.nodes[id]) continue;
    const next = at(position);
    const old = layout[id];
    if (old && old[0] === next[0] && old[1] === next[1]) continue;
    layout[id] = next;
    changed = true;
  }
  return changed ? { ...d, layout } : d;
}

/** Puts a node (already there, or given) into an edge: the first half keeps the edge's condition. */
export function insertNodeOnEdge(
  d: D,
  index: number,
  id: string,
  node?: NodeDefinition,
  position?: Position,
): D {
  const edge = d.edges[index];
  if (!edge || edge.from === id || edge.to === id) return d;
  const base = node ? addNode(d, id, node, position) : d;
  if (!base.nodes[id]) return d;
  const second: EdgeDefinition = { from: id, to: edge.to, kind: "flow" };
  const edges = base.edges.with(index, { ...edge, to: id });
  const split: D = { ...base, edges: edges.toSpliced(index + 1, 0, second) };
  if (!isForward(edge)) return split;
  // The choice of what came here is now the choice of the node in between.
  return updateNode(split, edge.from, (source) =>
    source.next?.includes(edge.to)
      ? withNext(
          source,
          source.next.map((to) => (to === edge.to ? id : to)),
        )
      : source,
  );
}

/** What `pasteNodes` takes: the nodes, and the edges between them. */
export function copyNodes(d: D, ids: Iterable<string>): Fragment {
  const chosen = new Set(ids);
  const layout: Record<string, Position> = {};
  for (const id of chosen) if (d.layout?.[id]) layout[id] = d.layout[id];
  return {
    nodes: Object.fromEntries(Object.entries(d.nodes).filter(([id]) => chosen.has(id))),
    edges: d.edges.filter((edge) => chosen.has(edge.from) && chosen.has(edge.to)),
    layout,
  };
}

/** Adds a piece under ids that are free here; expressions inside the piece follow their nodes. `ids`: old → new. */
export function pasteNodes(
  d: D,
  piece: Fragment,
  offset: Position,
): { readonly definition: D; readonly ids: ReadonlyMap<string, string> } {
  const ids = new Map<string, string>();
  // A fresh id must differ from every old id of the piece as well, or renaming one by one would rename twice.
  const used = new Set([...Object.keys(d.nodes), ...Object.keys(piece.nodes)]);
  for (const id of Object.keys(piece.nodes)) {
    const fresh = d.nodes[id] ? freeId((candidate) => used.has(candidate), id) : id;
    used.add(fresh);
    ids.set(id, fresh);
  }
  const layout: Record<string, [number, number]> = { ...d.layout };
  for (const [id, place] of Object.entries(piece.layout ?? {})) {
    const fresh = ids.get(id);
    if (fresh !== undefined) layout[fresh] = at([place[0] + offset[0], place[1] + offset[1]]);
  }
  const nodes = { ...d.nodes };
  for (const [id, node] of Object.entries(piece.nodes)) {
    const pasted = renameAll(node, ids);
    nodes[ids.get(id) ?? id] = pasted.next
      ? withNext(
          pasted,
          pasted.next.flatMap((to) => ids.get(to) ?? []),
        )
      : pasted;
  }
  const edges = piece.edges.flatMap((edge): EdgeDefinition[] => {
    const [from, to] = [ids.get(edge.from), ids.get(edge.to)];
    return from !== undefined && to !== undefined ? [{ ...renameAll(edge, ids), from, to }] : [];
  });
  const next: D = { ...d, nodes, edges: [...d.edges, ...edges] };
  if (Object.keys(layout).length > 0) next.layout = layout;
  return { definition: next, ids };
}

function renameAll<T>(value: T, ids: ReadonlyMap<string, string>): T {
  let next = value;
  for (const [from, to] of ids) if (from !== to) next = renameInJson(next, from, to);
  return next;
}

export function duplicateNodes(
  d: D,
  ids: Iterable<string>,
  offset: Position = [32, 32],
): ReturnType<typeof pasteNodes> {
  return pasteNodes(d, copyNodes(d, ids), offset);
}
