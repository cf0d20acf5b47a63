/**
 * From a definition to what React Flow draws. Objects of things that did not change keep their identity, so an edit
 * of one node makes React Flow look at one node. Run status is deliberately not here: it reaches the nodes by its
 * own per-node subscription.
 */
import type { Edge, Node } from "@xyflow/react";
import { Position } from "@xyflow/react";
import type { ActivityInfo } from "#contract/activity-info.ts";
import type { EdgeDefinition, Layer, NodeDefinition, PipelineDefinition } from "#contract/definition.ts";
import {
  ERROR_PORT,
  NODE_WIDTH,
  nodeHeight,
  OUTCOME_PREFIX,
  type Point,
  type Port,
  type Rect,
  type Shape,
  shapeOf,
  unionOf,
} from "./geometry.ts";
import { portsOf, sourcePort, targetPort } from "./outcomes.ts";
import { pathPoints } from "./paths.ts";
import { placeAll } from "./placement.ts";
import { directRoute, type Route, type RoutedNode, routeAll } from "./routes.ts";

export type CardData = {
  readonly node: NodeDefinition;
  readonly info: ActivityInfo | undefined;
  readonly shape: Shape;
  readonly ports: readonly Port[];
  /** Ports that an edge leaves by. */
  readonly used: ReadonlySet<string>;
  readonly height: number;
  readonly readOnly: boolean;
};
export type CardNode = Node<CardData, "card">;

export type WireData = {
  readonly edge: EdgeDefinition;
  readonly index: number;
  readonly route: Route;
  /** A wire into a person's hands. */
  readonly approval: boolean;
  /** Taken only when the node's output chooses its target (`next:`): drawn as a branch. */
  readonly choice: boolean;
  readonly targetLayer: Layer | undefined;
  /** Its outcome is shown by the label; nothing else needs the place. */
  readonly fromTitle: string;
  readonly toTitle: string;
};
export type WireEdge = Edge<WireData, "wire">;

export type ModelInput = {
  readonly definition: PipelineDefinition;
  readonly infos: ReadonlyMap<string, ActivityInfo>;
  readonly selectedNodes: ReadonlySet<string>;
  readonly selectedEdges: ReadonlySet<number>;
  /** Where nodes are while they are being dragged. */
  readonly moved: ReadonlyMap<string, Point>;
  readonly readOnly: boolean;
};

type Card = RoutedNode & { readonly outgoing: string; readonly flow: CardNode; readonly settled: Rect };

const SIDES = { left: Position.Left, right: Position.Right, top: Position.Top, bottom: Position.Bottom };
const NONE: readonly EdgeDefinition[] = [];

const edgeId = (index: number): string => `e${index}`;
export const edgeIndex = (id: string): number => Number(id.slice(1));

/** Refs may differ after a text round trip while the content is the same. */
const same = (left: unknown, right: unknown): boolean =>
  left === right || JSON.stringify(left) === JSON.stringify(right);

export class GraphModel {
  #cards = new Map<string, Card>();
  #nodes: CardNode[] = [];
  #wires: WireEdge[] = [];
  #routes: readonly (Route | undefined)[] = [];
  #routedEdges: readonly EdgeDefinition[] = [];
  #places: ReadonlyMap<string, Point> = new Map();
  #placedFor: PipelineDefinition | undefined;

  get cards(): ReadonlyMap<string, RoutedNode> {
    return this.#cards;
  }

  rects(): ReadonlyMap<string, Rect> {
    return new Map([...this.#cards].map(([id, card]) => [id, card.settled]));
  }

  /** All that is drawn: nodes, wires and their pills. Undefined when there is nothing. */
  extent(): Rect | undefined {
    const wires = this.#wires.flatMap(({ data }) => (data ? [...wireRects(data)] : []));
    return unionOf([...this.rects().values(), ...wires]);
  }

  update(input: ModelInput): { readonly nodes: CardNode[]; readonly edges: WireEdge[] } {
    const { definition, moved } = input;
    if (this.#placedFor !== definition) {
      this.#places = placeAll(definition);
      this.#placedFor = definition;
    }
    const outgoing = Map.groupBy(definition.edges, (edge) => edge.from);
    const cards = new Map<string, Card>();
    let boxesChanged = false;
    for (const [id, node] of Object.entries(definition.nodes)) {
      const old = this.#cards.get(id);
      const card = this.#card(old, id, node, outgoing.get(id) ?? NONE, input);
      if (!old || !sameRect(old.settled, card.settled) || old.ports !== card.ports) boxesChanged = true;
      cards.set(id, card);
    }
    if (cards.size !== this.#cards.size) boxesChanged = true;
    this.#cards = cards;
    if (boxesChanged || !same(this.#routedEdges, definition.edges)) {
      const settled = (id: string): RoutedNode | undefined => {
        const card = cards.get(id);
        return card && { rect: card.settled, ports: card.ports };
      };
      this.#routes = this.#route(definition.edges, settled, cards);
    }
    this.#routedEdges = definition.edges;
    const nodes = [...cards.values()].map((card) => card.flow);
    if (nodes.length !== this.#nodes.length || nodes.some((node, index) => node !== this.#nodes[index]))
      this.#nodes = nodes;
    this.#wires = this.#wiresOf(input, moved);
    return { nodes: this.#nodes, edges: this.#wires };
  }

  #route(
    edges: readonly EdgeDefinition[],
    settled: (id: string) => RoutedNode | undefined,
    cards: ReadonlyMap<string, Card>,
  ) {
    const fixed = new Map<string, RoutedNode | undefined>();
    const nodeOf = (id: string) => {
      if (!fixed.has(id)) fixed.set(id, settled(id));
      return fixed.get(id);
    };
    // The very rect objects that the obstacles hold, so that a wire's own ends can be left out by identity.
    return routeAll(
      edges,
      nodeOf,
      [...cards.values()].map((card) => card.settled),
    );
  }

  #card(
    old: Card | undefined,
    id: string,
    node: NodeDefinition,
    outEdges: readonly EdgeDefinition[],
    input: ModelInput,
  ): Card {
    const { infos, moved, selectedNodes, readOnly } = input;
    const info = infos.get(node.uses);
    const place = this.#places.get(id) ?? { x: 0, y: 0 };
    const at = moved.get(id) ?? place;
    const selected = selectedNodes.has(id);
    const leaving = [...usedPorts(outEdges)].join(" ");
    const data = old?.flow.data;
    const sameData =
      data &&
      data.info === info &&
      data.readOnly === readOnly &&
      old.outgoing === leaving &&
      same(data.node, node);
    const ports = sameData ? data.ports : keepPorts(data?.ports, portsOf(node, info, outEdges));
    const height = nodeHeight(ports.filter((port) => port.side === "right").length);
    const settled = { x: place.x, y: place.y, width: NODE_WIDTH, height };
    const keepSettled = old && sameRect(old.settled, settled) ? old.settled : settled;
    if (
      sameData &&
      old.flow.selected === selected &&
      old.flow.position.x === at.x &&
      old.flow.position.y === at.y
    ) {
      return old.settled === keepSettled ? old : { ...old, settled: keepSettled };
    }
    const nextData: CardData = sameData
      ? data
      : {
          node,
          info,
          shape: shapeOf(node),
          ports,
          used: usedPorts(outEdges),
          height,
          readOnly,
        };
    const flow: CardNode = {
      id,
      type: "card",
      position: { x: at.x, y: at.y },
      data: nextData,
      width: NODE_WIDTH,
      height,
      measured: { width: NODE_WIDTH, height },
      handles: ports === old?.ports && old.flow.handles ? old.flow.handles : handlesOf(ports),
      selected,
      draggable: !readOnly,
      deletable: !readOnly,
    };
    return { rect: { ...settled, x: at.x, y: at.y }, ports, outgoing: leaving, flow, settled: keepSettled };
  }

  #wiresOf(
    { definition, selectedEdges, readOnly }: ModelInput,
    moved: ReadonlyMap<string, Point>,
  ): WireEdge[] {
    const wires: WireEdge[] = [];
    definition.edges.forEach((edge, index) => {
      const [from, to] = [this.#cards.get(edge.from), this.#cards.get(edge.to)];
      const settled = this.#routes[index];
      if (!from || !to || !settled) return;
      const dragged = moved.has(edge.from) || moved.has(edge.to);
      const route = dragged ? directRoute(edge, from, to) : settled;
      wires.push(this.#wire(edge, index, route, from, to, selectedEdges.has(index), readOnly));
    });
    const before = this.#wires;
    return wires.length === before.length && wires.every((wire, index) => wire === before[index])
      ? before
      : wires;
  }

  #wire(
    edge: EdgeDefinition,
    index: number,
    route: Route,
    from: Card,
    to: Card,
    selected: boolean,
    readOnly: boolean,
  ): WireEdge {
    const old = this.#wires[index];
    const { node: target } = to.flow.data;
    const fromTitle = from.flow.data.node.title ?? edge.from;
    const toTitle = target.title ?? edge.to;
    const isForward = edge.kind === "flow" || edge.kind === "branch";
    const approval = target.uses === "human" && isForward;
    const choice = isForward && from.flow.data.node.next?.includes(edge.to) === true;
    const data = old?.data;
    const keep =
      data &&
      data.index === index &&
      data.route === route &&
      data.approval === approval &&
      data.choice === choice &&
      data.targetLayer === target.layer &&
      data.fromTitle === fromTitle &&
      data.toTitle === toTitle &&
      same(data.edge, edge);
    if (keep && old.selected === selected && old.deletable === !readOnly) return old;
    return {
      id: edgeId(index),
      type: "wire",
      source: edge.from,
      target: edge.to,
      ...(selected && !readOnly ? holdsOf(edge, from, to) : {}),
      data: keep
        ? data
        : { edge, index, route, approval, choice, targetLayer: target.layer, fromTitle, toTitle },
      selected,
      deletable: !readOnly,
    };
  }
}

/** Where a wire's ends can be taken hold of; loops and skips have no ports that could be. */
function holdsOf(edge: EdgeDefinition, from: RoutedNode, to: RoutedNode): Partial<WireEdge> {
  const [sourceHandle, targetHandle] = [sourcePort(edge), targetPort(edge)];
  const has = (node: RoutedNode, id: string): boolean =>
    node.ports.some((port) => port.id === id && isReal(port));
  return has(from, sourceHandle) && has(to, targetHandle)
    ? { sourceHandle, targetHandle, reconnectable: true }
    : {};
}

function wireRects({ edge, route }: WireData): readonly Rect[] {
  const points = pathPoints(route.d).map(({ x, y }) => ({ x, y, width: 0, height: 0 }));
  const words = [edge.on?.join(", "), edge.when].filter(Boolean).join(" · ");
  if (words === "" && edge.kind !== "loop" && edge.kind !== "skip") return points;
  const { label, labelAnchor, labelRoom } = route;
  // What the pill's words come to; how wide they really are only the page knows.
  const width = Math.min(labelRoom ?? (labelAnchor === "start" ? 100 : 176), 28 + 6.4 * words.length);
  const x = labelAnchor === "start" ? label.x : label.x - width / 2;
  return [...points, { x, y: label.y - 10, width, height: 20 }];
}

/** Ports that some wire leaves by; an outcome that a loop takes counts, though the loop starts below. */
function usedPorts(outEdges: readonly EdgeDefinition[]): ReadonlySet<string> {
  return new Set(
    outEdges.flatMap((edge) => [sourcePort(edge), ...(edge.on ?? []).map((on) => OUTCOME_PREFIX + on)]),
  );
}

const sameRect = (a: Rect, b: Rect): boolean =>
  a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;

function keepPorts(old: readonly Port[] | undefined, next: readonly Port[]): readonly Port[] {
  const equal =
    old?.length === next.length &&
    old.every((port, index) => {
      const other = next[index] as Port;
      return port.id === other.id && port.x === other.x && port.y === other.y;
    });
  return equal && old ? old : next;
}

/** Loops and skips start where nobody draws a wire. */
function isReal(port: Port): boolean {
  return port.id === ERROR_PORT || port.side === "left" || port.side === "right";
}

function handlesOf(ports: readonly Port[]): NonNullable<CardNode["handles"]> {
  return ports.filter(isReal).map((port) => ({
    id: port.id,
    type: port.type,
    position: SIDES[port.side],
    x: port.x,
    y: port.y,
    width: 0,
    height: 0,
  }));
}
