/**
 * Tidy layout by ELK, in a worker so that a large graph never freezes the window. Loop edges are kept away from ELK:
 * its cycle breaking would turn the graph round. Gives positions; applying them (one undo step) is the caller's.
 */
import elkModule, { type ELK, type ElkNode } from "elkjs/lib/elk-api.js";
import workerUrl from "elkjs/lib/elk-worker.min.js?url";
import type { PipelineDefinition } from "#contract/definition.ts";
import {
  COLUMN_GAP,
  DEFAULT_PORT,
  type Point,
  type Port,
  type Rect,
  ROW_GAP,
  snap,
  unionOf,
} from "./geometry.ts";
import { sourcePort } from "./outcomes.ts";

export type TidyInput = {
  readonly definition: PipelineDefinition;
  readonly rects: ReadonlyMap<string, Rect>;
  readonly ports: (id: string) => readonly Port[];
  /** Only these are laid out anew, around the place where they stand; empty: all. */
  readonly only: ReadonlySet<string>;
};

const OPTIONS = {
  "elk.algorithm": "layered",
  "elk.direction": "RIGHT",
  "elk.layered.spacing.nodeNodeBetweenLayers": String(COLUMN_GAP),
  "elk.spacing.nodeNode": String(ROW_GAP),
  "elk.layered.spacing.edgeNodeBetweenLayers": "28",
  "elk.spacing.edgeNode": "28",
  "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX",
  "elk.layered.nodePlacement.favorStraightEdges": "true",
  "elk.layered.considerModelOrder.strategy": "PREFER_NODES",
  "elk.layered.considerModelOrder.components": "MODEL_ORDER",
  "elk.spacing.componentComponent": "96",
  "elk.separateConnectedComponents": "true",
} as const;

/** The graph in ELK's words. Exported for tests: no loop and no skip edge may be in it. */
export function elkGraph(input: TidyInput): ElkNode {
  const { definition, rects, ports, only } = input;
  const chosen = (id: string) => rects.has(id) && (only.size === 0 || only.has(id));
  const edges = definition.edges.filter(
    (edge) =>
      edge.kind !== "loop" &&
      edge.kind !== "skip" &&
      edge.from !== edge.to &&
      chosen(edge.from) &&
      chosen(edge.to),
  );
  return {
    id: "root",
    layoutOptions: OPTIONS,
    children: Object.keys(definition.nodes)
      .filter(chosen)
      .map((id) => {
        const rect = rects.get(id) as Rect;
        const rows = ports(id).filter((port) => port.side === "left" || port.side === "right");
        return {
          id,
          width: rect.width,
          height: rect.height,
          layoutOptions: { "elk.portConstraints": "FIXED_POS" },
          ports: rows.map((port) => ({
            id: `${id}/${port.id}`,
            x: port.side === "left" ? 0 : rect.width,
            y: port.y,
            width: 0,
            height: 0,
            layoutOptions: { "elk.port.side": port.side === "left" ? "WEST" : "EAST" },
          })),
        };
      }),
    edges: edges.map((edge, index) => {
      const wanted = sourcePort(edge);
      const port = ports(edge.from).some((p) => p.id === wanted && p.side === "right") ? wanted : undefined;
      const fallback = ports(edge.from).find((p) => p.side === "right")?.id ?? DEFAULT_PORT;
      return { id: `e${index}`, sources: [`${edge.from}/${port ?? fallback}`], targets: [`${edge.to}/in`] };
    }),
  };
}

let elk: ELK | undefined;

export async function tidy(input: TidyInput): Promise<Readonly<Record<string, [number, number]>>> {
  elk ??= new elkModule.default({ workerFactory: () => new Worker(workerUrl) });
  const laid = await elk.layout(elkGraph(input));
  const children = laid.children ?? [];
  const before = unionOf(children.flatMap((child) => input.rects.get(child.id) ?? []));
  const origin: Point = input.only.size > 0 && before ? before : { x: 0, y: 0 };
  const after = unionOf(
    children.map((child) => ({
      x: child.x ?? 0,
      y: child.y ?? 0,
      width: child.width ?? 0,
      height: child.height ?? 0,
    })),
  );
  return Object.fromEntries(
    children.map((child) => [
      child.id,
      [snap((child.x ?? 0) - (after?.x ?? 0) + origin.x), snap((child.y ?? 0) - (after?.y ?? 0) + origin.y)],
    ]),
  );
}
