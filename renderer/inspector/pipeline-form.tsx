/** The settings of the pipeline itself: shown while nothing is selected. */
import { Plus, Trash2 } from "lucide-react";
import { type ReactNode, useId } from "react";
import { ID_PATTERN, type InputDefinition, type PipelineDefinition } from "#contract/definition.ts";
import { useT } from "#renderer/i18n/i18n.ts";
import { documentActions } from "#renderer/state/document-store.ts";
import { freeId } from "#renderer/state/edits.ts";
import { Button, IconButton } from "#renderer/ui/button.tsx";
import { FieldShell } from "./field-shell.tsx";
import { useForm } from "./form-context.ts";
import { OwnField } from "./own-field.tsx";
import { INPUT_FIELDS, NODE_FIELDS, PIPELINE_FIELDS } from "./own-schemas.ts";
import { TypedInput } from "./typed-input.tsx";

const RUNNING_FIELDS = ["maxConcurrent", "maxRecursionDepth", "onFailure"] as const;

export function PipelineForm({ definition }: { readonly definition: PipelineDefinition }): ReactNode {
  const t = useT();
  const { name, description, purpose, output, defaults, budget } = definition;
  const isSet =
    defaults !== undefined ||
    budget !== undefined ||
    RUNNING_FIELDS.some((field) => definition[field] !== undefined);
  return (
    <div className="in-form">
      <OwnField text="pipeline.name" schema={PIPELINE_FIELDS.name} path={["name"]} value={name} required />
      <OwnField text="pipeline.purpose" schema={PIPELINE_FIELDS.purpose} path={["purpose"]} value={purpose} />
      <OwnField
        text="pipeline.description"
        schema={PIPELINE_FIELDS.description}
        path={["description"]}
        value={description}
      />
      <Inputs inputs={definition.inputs ?? {}} />
      <OwnField text="pipeline.output" schema={PIPELINE_FIELDS.output} path={["output"]} value={output} />
      <details className="in-section" open={isSet}>
        <summary>{t("inspector.section.running")}</summary>
        <OwnField
          text="pipeline.budget"
          schema={PIPELINE_FIELDS.budget}
          path={["budget", "usd"]}
          value={budget?.usd}
        />
        {RUNNING_FIELDS.map((field) => (
          <OwnField
            key={field}
            text={`pipeline.${field}`}
            schema={PIPELINE_FIELDS[field]}
            path={[field]}
            value={definition[field]}
          />
        ))}
        <OwnField
          text="pipeline.timeout"
          schema={NODE_FIELDS.timeout}
          path={["defaults", "timeout"]}
          value={defaults?.timeout}
        />
        <OwnField
          text="node.retry"
          schema={NODE_FIELDS.retry}
          path={["defaults", "retry"]}
          value={defaults?.retry}
        />
        <OwnField
          text="node.failures"
          schema={NODE_FIELDS.failures}
          path={["defaults", "failures"]}
          value={defaults?.failures}
        />
      </details>
    </div>
  );
}

function Inputs({ inputs }: { readonly inputs: Readonly<Record<string, InputDefinition>> }): ReactNode {
  const t = useT();
  const id = useId();
  const { commit, readOnly } = useForm();
  const fresh = () => freeId((taken) => inputs[taken] !== undefined, "input");
  return (
    <section className="in-list" aria-labelledby={id}>
      <h3 id={id} className="ui-field-label" data-path="inputs" tabIndex={-1}>
        {t("inspector.field.pipeline.inputs")}
      </h3>
      {Object.entries(inputs).map(([name, input]) => (
        <div key={name} className="in-item">
          <div className="in-item-head">
            <code>{name}</code>
            <IconButton
              label={t("inspector.remove")}
              disabled={readOnly}
              onClick={() => commit(["inputs", name], undefined)}
            >
              <Trash2 size={13} />
            </IconButton>
          </div>
          <NameField name={name} inputs={inputs} />
          <OwnField
            text="input.type"
            schema={INPUT_FIELDS.type}
            path={["inputs", name, "type"]}
            value={input.type}
          />
          <OwnField
            text="input.required"
            schema={INPUT_FIELDS.required}
            path={["inputs", name, "required"]}
            value={input.required}
          />
          <OwnField
            text="input.default"
            schema={INPUT_FIELDS.default}
            path={["inputs", name, "default"]}
            value={input.default}
          />
          <OwnField
            text="input.description"
            schema={INPUT_FIELDS.description}
            path={["inputs", name, "description"]}
            value={input.description}
          />
        </div>
      ))}
      <Button
        kind="quiet"
        disabled={readOnly}
        onClick={() => commit(["inputs", fresh()], { type: "string" })}
      >
        <Plus size={14} /> {t("inspector.addInput")}
      </Button>
    </section>
  );
}

function NameField({
  name,
  inputs,
}: {
  readonly name: string;
  readonly inputs: Readonly<Record<string, InputDefinition>>;
}): ReactNode {
  const t = useT();
  return (
    <FieldShell label={t("inspector.field.input.name")} path={["inputs", name, "name"]}>
      {(ids) => (
        <TypedInput
          {...ids}
          shown={name}
          read={(text) => {
            const next = text.trim();
            if (!ID_PATTERN.test(next)) return { ok: false, reason: "inspector.bad.id" };
            return next !== name && inputs[next]
              ? { ok: false, reason: "inspector.bad.idTaken" }
              : { ok: true, value: next };
          }}
          onCommit={(next) => {
            const to = String(next);
            documentActions().apply(t("inspector.do.rename", { name: to }), (d) => ({
              ...d,
              inputs: Object.fromEntries(
                Object.entries(d.inputs ?? {}).map(([key, input]) => [key === name ? to : key, input]),
              ),
            }));
          }}
          style="mono-line"
          path={`inputs.${name}`}
        />
      )}
    </FieldShell>
  );
}
