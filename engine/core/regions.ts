/**
 * What a loop edge re-opens and what a skip edge leaps over. Both depend on the graph alone, are worked out when the
 * edge is first taken and then kept: a plan of 10,000 nodes pays only for the edges that a run takes.
 *
 * Why loops end. Order all loop edges by (place of the target, then place of the source from the back) in topological
 * order. Taking L raises its own counter and resets only loops that come later in this order: those whose target lies
 * strictly behind L's target, or that share the target and whose source lies strictly before L's source. So the list
 * of remaining rounds, read in this order, falls lexicographically with every loop taken, and a run is finite.
 */
import { DEFAULT_LOOP_MAX, type EdgeDefinition } from "#contract/definition.ts";
import { type Graph, reachableFrom, reaching } from "./graph.ts";

export type OnExhausted = "escalate" | "fail" | "continue";

export class LoopRegion {
  readonly max: number;
  readonly onExhausted: OnExhausted;
  /** Was `onExhausted` written down? If not, an edge `on: exhausted` comes before the default. */
  readonly explicit: boolean;
  readonly #graph: Graph;
  readonly #edge: number;
  #scope: readonly number[] | undefined;
  #scopeIds: readonly string[] | undefined;
  #resets: readonly number[] | undefined;

  constructor(graph: Graph, edge: number, definition: EdgeDefinition) {
    this.max = definition.max ?? DEFAULT_LOOP_MAX;
    this.onExhausted = definition.onExhausted ?? "escalate";
    this.explicit = definition.onExhausted !== undefined;
    this.#graph = graph;
    this.#edge = edge;
  }

  /** Node indexes re-opened: the target and all it reaches by non-loop edges, topological, target first. */
  get scope(): readonly number[] {
    this.#scope ??= reachableFrom(this.#graph, this.#graph.to[this.#edge]!);
    return this.#scope;
  }

  /** `scope` as node ids. */
  get scopeIds(): readonly string[] {
    this.#scopeIds ??= this.scope.map((node) => this.#graph.ids[node]!);
    return this.#scopeIds;
  }

  /** Loop edges whose counters start anew, in definition order. */
  get resets(): readonly number[] {
    this.#resets ??= this.#innerLoops();
    return this.#resets;
  }

  #innerLoops(): number[] {
    const { from, to, loops } = this.#graph;
    const target = to[this.#edge]!;
    const source = from[this.#edge]!;
    const inScope = new Set(this.scope);
    const before = reaching(this.#graph, source, target);
    before.delete(source);
    return loops.filter((other) => {
      if (other === this.#edge) return false;
      return to[other] === target ? before.has(from[other]!) : inScope.has(to[other]!);
    });
  }
}

export class SkipRegion {
  /** `last`, `none` or an expression; absent means `last`. */
  readonly reuse: string;
  readonly #graph: Graph;
  readonly #edge: number;
  #between: readonly number[] | undefined;

  constructor(graph: Graph, edge: number, definition: EdgeDefinition) {
    this.reuse = definition.reuse ?? "last";
    this.#graph = graph;
    this.#edge = edge;
  }

  /**
   * Nodes that lie only between the ends, topological: each is on a way from source to target, is entered only from the
   * source or another of them, and left only to the target or another of them.
   */
  get between(): readonly number[] {
    this.#between ??= this.#findBetween();
    return this.#between;
  }

  #findBetween(): number[] {
    const { from, to, inEdges, outEdges } = this.#graph;
    const source = from[this.#edge]!;
    const target = to[this.#edge]!;
    const back = reaching(this.#graph, target, source);
    const candidates = reachableFrom(this.#graph, source).filter((node) => back.has(node));
    const inside = new Set(candidates);
    inside.delete(source);
    inside.delete(target);
    // The largest set that holds the rule: throw out who breaks it until nobody does. One that leaves takes its
    // neighbours with it.
    const suspects = [...inside];
    for (let node = suspects.pop(); node !== undefined; node = suspects.pop()) {
      if (!inside.has(node)) continue;
      const comesIn = inEdges[node]!.every((edge) => from[edge] === source || inside.has(from[edge]!));
      const goesOut = outEdges[node]!.every((edge) => to[edge] === target || inside.has(to[edge]!));
      if (comesIn && goesOut) continue;
      inside.delete(node);
      for (const edge of inEdges[node]!) suspects.push(from[edge]!);
      for (const edge of outEdges[node]!) suspects.push(to[edge]!);
    }
    return candidates.filter((node) => inside.has(node));
  }
}
