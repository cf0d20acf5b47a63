/** Has a node been changed since the run whose results it shows? What is only looked at (names, notes) does not count. */
import type { EdgeDefinition, NodeDefinition, PipelineDefinition } from "#contract/definition.ts";
import { useDocument } from "#renderer/state/document-store.ts";
import { useRunState } from "#renderer/state/run-store.ts";

/** `ran`: what the run ran. Both the node and the ways to it count. Pure. */
export function changedSince(ran: PipelineDefinition, now: PipelineDefinition, id: string): boolean {
  return meaning(ran, id) !== meaning(now, id);
}

/** False while no run is shown, and on the frozen graph of an opened one. */
export function useChangedSince(id: string): boolean {
  const ran = useRunState((state) => (state.opened ? undefined : state.frozen?.definition));
  return useDocument(({ definition }) => ran !== undefined && changedSince(ran, definition, id));
}

/** Once for each node of a definition: cards ask again at every change of the document. */
const known = new WeakMap<NodeDefinition, WeakMap<readonly EdgeDefinition[], string>>();

function meaning({ nodes, edges }: PipelineDefinition, id: string): string | undefined {
  const node = nodes[id];
  if (!node) return undefined;
  const ofNode = known.get(node) ?? new WeakMap<readonly EdgeDefinition[], string>();
  known.set(node, ofNode);
  const found = ofNode.get(edges) ?? spellOut(node, waysTo(edges).get(id) ?? []);
  ofNode.set(edges, found);
  return found;
}

function spellOut(
  { title: _title, notes: _notes, ...node }: NodeDefinition,
  ways: readonly EdgeDefinition[],
): string {
  return JSON.stringify([node, ways.map((way) => JSON.stringify(way, inOrder)).sort()], inOrder);
}

/** Keys in any order mean the same. */
function inOrder(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

const grouped = new WeakMap<readonly EdgeDefinition[], ReadonlyMap<string, readonly EdgeDefinition[]>>();

function waysTo(edges: readonly EdgeDefinition[]): ReadonlyMap<string, readonly EdgeDefinition[]> {
  const found = grouped.get(edges) ?? Map.groupBy(edges, (edge) => edge.to);
  grouped.set(edges, found);
  return found;
}
