/** Where an arrow key leads: along a wire if one goes that way, else to the nearest node on that side. Pure. */
import type { PipelineDefinition } from "#contract/definition.ts";
import { placeAll } from "./placement.ts";

export function neighbour(
  definition: PipelineDefinition,
  from: string,
  dx: number,
  dy: number,
): string | undefined {
  const places = placeAll(definition);
  const start = places.get(from);
  if (!start) return undefined;
  const wired = new Set(
    definition.edges.flatMap((edge) =>
      edge.from === from ? [edge.to] : edge.to === from ? [edge.from] : [],
    ),
  );
  let best: { readonly id: string; readonly cost: number } | undefined;
  for (const [id, at] of places) {
    if (id === from) continue;
    const [across, along] =
      dx === 0 ? [at.x - start.x, (at.y - start.y) * dy] : [at.y - start.y, (at.x - start.x) * dx];
    if (along <= 0) continue;
    const cost = along + Math.abs(across) * 2 - (wired.has(id) ? 400 : 0);
    if (!best || cost < best.cost) best = { id, cost };
  }
  return best?.id;
}
