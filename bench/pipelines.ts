/** The shapes that the benchmarks run, as JSON pipeline texts (JSON is YAML, and reads fast). Seeded: the same every time. */
import type { EdgeDefinition, NodeDefinition } from "#contract/definition.ts";
import { seededRandom } from "#runtime/random.ts";

const PURE: NodeDefinition = { uses: "transform", with: { value: 1 } };
const WITH_EFFECTS: NodeDefinition = { uses: "simulate", with: { script: [{ output: 1 }] } };

function pipeline(
  name: string,
  nodes: Record<string, NodeDefinition>,
  edges: readonly Partial<EdgeDefinition>[],
): string {
  return JSON.stringify({ layerloom: 1, name, maxConcurrent: 1_000, nodes, edges });
}

export function loopOfTwo(rounds: number, effects: boolean): string {
  const node = effects ? WITH_EFFECTS : PURE;
  return pipeline("loop", { a: node, b: node }, [
    { from: "a", to: "b" },
    { from: "b", to: "a", kind: "loop", max: rounds, onExhausted: "continue" },
  ]);
}

export function chain(length: number): string {
  const ids = Array.from({ length }, (_, index) => `n${index}`);
  return pipeline(
    "chain",
    Object.fromEntries(ids.map((id) => [id, PURE])),
    ids.slice(1).map((to, index) => ({ from: ids[index] ?? "", to })),
  );
}

export function fanOut(width: number): string {
  const ids = Array.from({ length: width }, (_, index) => `n${index}`);
  const nodes = Object.fromEntries(["start", ...ids, "end"].map((id) => [id, PURE]));
  return pipeline("fan-out", nodes, [
    ...ids.map((to) => ({ from: "start", to })),
    ...ids.map((from) => ({ from, to: "end" })),
  ]);
}

/** Each node hangs on one to three of the hundred before it. */
export function randomDag(size: number): string {
  const ids = Array.from({ length: size }, (_, index) => `n${index}`);
  const edges = ids.flatMap((to, index) => {
    if (index === 0) return [];
    const count = Math.min(index, 1 + Math.floor(seededRandom("count", index) * 3));
    const back = Array.from(
      { length: count },
      (_, nth) => 1 + Math.floor(seededRandom("from", index, nth) * Math.min(index, 100)),
    );
    return [...new Set(back)].map((distance) => ({ from: `n${index - distance}`, to }));
  });
  return pipeline("dag", Object.fromEntries(ids.map((id) => [id, PURE])), edges);
}
