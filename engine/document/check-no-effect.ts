/** Owns warnings about what is written in a file and changes nothing: the person surely meant something by it. */
import type { PipelineDefinition } from "#contract/definition.ts";
import { buildGraph } from "#core/graph.ts";
import { SkipRegion } from "#core/regions.ts";
import type { Report } from "./source-tree.ts";

/** Kinds that end an attempt at once and wait outside of it, by a time limit of their own. */
const NEVER_LONG: ReadonlySet<string> = new Set(["wait", "human"]);

const MAX_STEPS = 1_000_000;

/** Needs a definition whose shape is sound. */
export function checkNoEffect(definition: PipelineDefinition, report: Report): void {
  const warn = (path: string, message: string, hint: string): void =>
    report({ severity: "warning", code: "NO_EFFECT", message, hint, path });
  for (const [id, node] of Object.entries(definition.nodes)) {
    if (node.timeout === undefined || !NEVER_LONG.has(node.uses)) continue;
    warn(
      `nodes.${id}.timeout`,
      `a ${node.uses} node waits outside of its attempt, so "timeout" never applies`,
      node.uses === "human" ? "write with.timeout: how long to wait for a person" : "take it away",
    );
  }
  const skips = definition.edges.filter(({ kind }) => kind === "skip").length;
  // What a skip leaps over costs a walk through the graph: worth it in any file that a person draws.
  const worthIt = skips > 0 && skips * definition.edges.length <= MAX_STEPS;
  const graph = worthIt ? buildGraph(definition) : undefined;
  definition.edges.forEach((edge, index) => {
    if (graph && edge.kind === "skip" && new SkipRegion(graph, index, edge).between.length === 0) {
      warn(
        `edges.${index}`,
        `no node lies only between "${edge.from}" and "${edge.to}", so nothing is skipped`,
        "draw it over the nodes that it leaps, or make it a branch",
      );
    }
    if (!edge.on?.includes("exhausted")) return;
    const loops = definition.edges.filter((loop) => loop.kind === "loop" && loop.from === edge.from);
    if (loops.length === 0 || loops.some((loop) => loop.onExhausted === undefined)) return;
    warn(
      `edges.${index}.on`,
      `the loop from "${edge.from}" says onExhausted itself, so it never leaves by "exhausted"`,
      "take onExhausted away from the loop",
    );
  });
}
