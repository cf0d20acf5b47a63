/** What came out of a node in the shown run, and what a person can do with it: pin it, edit it, fork the run by it. */
import { Pin, PinOff, Split } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { NodeDefinition } from "#contract/definition.ts";
import { isFinal } from "#contract/events.ts";
import { useT } from "#renderer/i18n/i18n.ts";
import { hasOutput, pinOutput, setPin, unpin } from "#renderer/state/pins.ts";
import { forkRun, useNodeRun, useRunState, useRunSummary } from "#renderer/state/run-store.ts";
import { useReadOnly } from "#renderer/state/view.ts";
import { Button } from "#renderer/ui/button.tsx";
import { DataTab, useNodeData } from "./data-tab.tsx";
import { JsonEditor } from "./json-editor.tsx";

type Props = { readonly id: string; readonly node: NodeDefinition };

export function OutputTab({ id, node }: Props): ReactNode {
  const readOnly = useReadOnly();
  return node.pin && !readOnly ? <PinnedOutput id={id} pin={node.pin} /> : <RunOutput id={id} />;
}

function PinnedOutput({
  id,
  pin,
}: {
  readonly id: string;
  readonly pin: NonNullable<NodeDefinition["pin"]>;
}): ReactNode {
  const t = useT();
  const [editing, setEditing] = useState(false);
  if (editing) {
    return (
      <JsonEditor
        value={pin.output}
        explained={t("pin.explained")}
        action={t("output.save")}
        onUse={(output) => {
          setPin(id, output);
          setEditing(false);
        }}
        onCancel={() => setEditing(false)}
      />
    );
  }
  return (
    <div className="in-data">
      <h3 className="ui-field-label">{t("pin.output")}</h3>
      <p className="in-help">{t("pin.explained")}</p>
      <div className="in-data-acts">
        <Button onClick={() => setEditing(true)}>{t("output.edit")}</Button>
        <Button kind="quiet" onClick={() => unpin(id)}>
          <PinOff size={14} aria-hidden="true" /> {t("pin.unpin")}
        </Button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what can be scrolled must be reachable by keyboard */}
      <pre tabIndex={0}>{JSON.stringify(pin.output, null, 2)}</pre>
    </div>
  );
}

function RunOutput({ id }: { readonly id: string }): ReactNode {
  const t = useT();
  const readOnly = useReadOnly();
  const run = useNodeRun(id);
  const runId = useRunState((state) => state.runId);
  const summary = useRunSummary();
  const data = useNodeData(id);
  const [editing, setEditing] = useState(false);
  const over = summary !== undefined && isFinal(summary.status);
  if (editing && data && runId !== undefined) {
    return (
      <JsonEditor
        value={data.output}
        explained={t("fork.explained")}
        action={t("fork.start")}
        onUse={(output) => {
          setEditing(false);
          void forkRun(runId, id, output);
        }}
        onCancel={() => setEditing(false)}
      />
    );
  }
  return (
    <DataTab id={id} side="output">
      {!readOnly && hasOutput(run) && (
        <Button onClick={() => void pinOutput(id)}>
          <Pin size={14} aria-hidden="true" /> {t("pin.pin")}
        </Button>
      )}
      {over && data && run && run.activations > 0 && (
        <Button onClick={() => setEditing(true)}>
          <Split size={14} aria-hidden="true" /> {t("fork.edit")}
        </Button>
      )}
    </DataTab>
  );
}
