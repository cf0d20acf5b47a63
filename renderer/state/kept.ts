/** What runs keep for each other, as a person looks at it: stored results to forget, memory to look into. */
import { useEffect, useState } from "react";
import type { NodeDefinition } from "#contract/definition.ts";
import type { MemoryVersion } from "#contract/engine-api.ts";
import { LayerloomError } from "#contract/errors.ts";
import type { Json } from "#contract/json.ts";
import { getEngine } from "#renderer/bridge/engine.ts";
import { translate } from "#renderer/i18n/i18n.ts";
import { useDocument } from "#renderer/state/document-store.ts";
import { showError, showToast } from "#renderer/state/toast-store.ts";

/** May results of the node be stored, or guesses at it be counted? */
export function keepsResults(id: string): boolean {
  const { nodes } = useDocument.getState().definition;
  return nodes[id]?.cache !== undefined || Object.values(nodes).some((node) => node.speculate?.includes(id));
}

/** The node runs again, and is guessed at again, though the time of its results is not over. */
export async function forgetResults(id: string): Promise<void> {
  const { name: pipeline, nodes } = useDocument.getState().definition;
  try {
    const { removed } = await getEngine().clearResults({ pipeline, node: id });
    const name = nodes[id]?.title ?? id;
    showToast("success", translate("kept.forgotten", { n: removed, name }));
  } catch (thrown) {
    showError(thrown);
  }
}

/** The memory that a node reads or writes, where its name is written out. */
export function memoryOf(node: NodeDefinition | undefined): string | undefined {
  const named = node?.uses.startsWith("memory.") ? node.with?.name : undefined;
  const name = typeof named === "string" ? named : node?.remember;
  return name === undefined || name.includes("${{") ? undefined : name;
}

export type Remembered = { readonly value: Json; readonly newest: MemoryVersion | undefined };

/** Undefined until it is read; null when nothing is remembered. Read anew when `stamp` changes. */
export function useMemory(name: string | undefined, stamp: string): Remembered | null | undefined {
  const [memory, setMemory] = useState<Remembered | null>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the stamp says when there may be something new
  useEffect(() => {
    setMemory(undefined);
    if (name === undefined) return;
    let wanted = true;
    getEngine()
      .memoryHistory({ name, limit: 1 })
      .then(
        ({ value, history }) => {
          if (wanted) setMemory({ value, newest: history[0] });
        },
        (thrown: unknown) => {
          const missing = thrown instanceof LayerloomError && thrown.code === "NOT_FOUND";
          if (wanted && missing) setMemory(null);
        },
      );
    return () => {
      wanted = false;
    };
  }, [name, stamp]);
  return memory;
}
