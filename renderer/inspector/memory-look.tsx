/** What the memory holds that a node reads or writes: the newest value, its version and its age. */
import type { ReactNode } from "react";
import { useT } from "#renderer/i18n/i18n.ts";
import { useDocument } from "#renderer/state/document-store.ts";
import { memoryOf, useMemory } from "#renderer/state/kept.ts";
import { useNodeRun } from "#renderer/state/run-store.ts";
import { useUi } from "#renderer/state/ui-store.ts";
import { formatElapsed } from "#renderer/ui/format.ts";

const MOST_CHARACTERS = 20_000;

export function MemoryLook({ id }: { readonly id: string }): ReactNode {
  const t = useT();
  const language = useUi((state) => state.language);
  const name = useDocument((state) => memoryOf(state.definition.nodes[id]));
  const run = useNodeRun(id);
  const memory = useMemory(name, `${run?.status}/${run?.activations}`);
  if (name === undefined || memory === undefined) return null;
  const text =
    memory && (typeof memory.value === "string" ? memory.value : JSON.stringify(memory.value, null, 2));
  return (
    <section className="in-data">
      <h3 className="ui-field-label">{t("kept.memory", { name })}</h3>
      {memory?.newest && (
        <div className="in-class">
          {t("kept.memory.newest", {
            version: memory.newest.version,
            age: formatElapsed(Date.now() - memory.newest.at, language),
          })}
        </div>
      )}
      {text === null ? (
        <p className="in-help">{t("kept.memory.none")}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what can be scrolled must be reachable by keyboard
        <pre tabIndex={0}>{text.slice(0, MOST_CHARACTERS)}</pre>
      )}
    </section>
  );
}
