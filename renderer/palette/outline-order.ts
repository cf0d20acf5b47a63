/** Node ids so that every node comes after what leads to it (loop edges left out), else in file order. Pure. */
import type { PipelineDefinition } from "#contract/definition.ts";

export function outlineOrder(definition: PipelineDefinition): readonly string[] {
  const open = new Map(Object.keys(definition.nodes).map((id) => [id, 0]));
  const next = new Map<string, string[]>();
  for (const { from, to, kind } of definition.edges) {
    const count = open.get(to);
    if (kind === "loop" || count === undefined || !open.has(from)) continue;
    open.set(to, count + 1);
    next.set(from, [...(next.get(from) ?? []), to]);
  }
  const order: string[] = [];
  const ready = [...open].filter(([, count]) => count === 0).map(([id]) => id);
  for (let id = ready.shift(); id !== undefined; id = ready.shift()) {
    order.push(id);
    for (const to of next.get(id) ?? []) {
      const count = (open.get(to) ?? 1) - 1;
      open.set(to, count);
      if (count === 0) ready.push(to);
    }
  }
  // What stands on a forbidden cycle comes last, in file order.
  const placed = new Set(order);
  return [...order, ...[...open.keys()].filter((id) => !placed.has(id))];
}
