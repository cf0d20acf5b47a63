/** Pinned outputs: a node keeps what it gave in the shown run, and does not run until it is unpinned. */
import type { NodeDefinition } from "#contract/definition.ts";
import type { NodeStatus } from "#contract/events.ts";
import type { Json } from "#contract/json.ts";
import type { NodeView } from "#contract/run.ts";
import { getEngine } from "#renderer/bridge/engine.ts";
import { translate } from "#renderer/i18n/i18n.ts";
import { documentActions, useDocument } from "#renderer/state/document-store.ts";
import { updateNode } from "#renderer/state/edits.ts";
import { runBoard, useRunState } from "#renderer/state/run-store.ts";
import { showError } from "#renderer/state/toast-store.ts";

const WITH_OUTPUT: ReadonlySet<NodeStatus> = new Set(["succeeded", "skipped", "cached", "degraded"]);

/** Did the node give an output that can be kept? */
export function hasOutput(run: NodeView | undefined): boolean {
  return run !== undefined && WITH_OUTPUT.has(run.status);
}

/** The output of the shown run, with the outcome that it was given by. */
export async function pinOutput(id: string): Promise<void> {
  const { runId } = useRunState.getState();
  if (runId === undefined) return;
  try {
    const { output } = await getEngine().getNodeData({ runId, node: id });
    setPin(id, output, runBoard.nodes.get(id)?.outcome);
  } catch (thrown) {
    showError(thrown);
  }
}

/** `outcome` absent: the one that it has, or `ok`. */
export function setPin(id: string, output: Json, outcome?: string): void {
  edit(id, "pin.do", (node) => {
    const by = outcome ?? node.pin?.outcome;
    return { ...node, pin: by === undefined || by === "ok" ? { output } : { output, outcome: by } };
  });
}

export function unpin(id: string): void {
  edit(id, "pin.undo", ({ pin: _pin, ...node }) => node);
}

function edit(
  id: string,
  label: "pin.do" | "pin.undo",
  change: (node: NodeDefinition) => NodeDefinition,
): void {
  const name = useDocument.getState().definition.nodes[id]?.title ?? id;
  documentActions().apply(translate(label, { name }), (d) => updateNode(d, id, change));
}
