/** Asks for the inputs of a run when the pipeline needs some that it has no default for. */
import { type ReactNode, useState } from "react";
import type { Json, JsonObject } from "#contract/json.ts";
import { parseInput } from "#renderer/app/parse-input.ts";
import { useT } from "#renderer/i18n/i18n.ts";
import { documentName, useDocument } from "#renderer/state/document-store.ts";
import { startRun } from "#renderer/state/run-store.ts";
import { closeDialog, rememberInputs, useUi } from "#renderer/state/ui-store.ts";
import { Button } from "#renderer/ui/button.tsx";
import { Dialog } from "#renderer/ui/dialog.tsx";
import { Field } from "#renderer/ui/field.tsx";

const shownAs = (value: Json | undefined): string =>
  value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value, null, 2);

type Props = { readonly proceed: (() => void) | undefined };

export function RunInputsDialog({ proceed }: Props): ReactNode {
  const t = useT();
  const inputs = useDocument((state) => state.definition.inputs ?? {});
  const last = useUi((state) => state.lastInputs[documentName()]);
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>(() =>
    Object.fromEntries(
      Object.entries(inputs).map(([name, input]) => [name, shownAs(last?.[name] ?? input.default)]),
    ),
  );
  const [tried, setTried] = useState(false);
  const parsed = Object.entries(inputs).map(([name, input]) => ({
    name,
    input,
    found: parseInput(texts[name] ?? "", input),
  }));

  const run = (): void => {
    setTried(true);
    const values: Record<string, Json> = {};
    for (const { name, found } of parsed) {
      if ("error" in found) return;
      if (found.value !== undefined) values[name] = found.value;
    }
    closeDialog();
    if (proceed) {
      rememberInputs(documentName(), values);
      proceed();
    } else void startRun({ inputs: values satisfies JsonObject });
  };
  return (
    <Dialog
      title={t("dialog.inputs.title")}
      onClose={closeDialog}
      footer={
        <>
          <Button onClick={closeDialog}>{t("app.cancel")}</Button>
          <Button kind="primary" onClick={run}>
            {t("dialog.inputs.run")}
          </Button>
        </>
      }
    >
      <div className="app-inputs">
        {parsed.map(({ name, input, found }) => {
          const long = input.type === "array" || input.type === "object";
          const error = tried && "error" in found ? t(found.error) : undefined;
          const label = `${name}${input.required ? ` · ${t("dialog.inputs.required")}` : ""}`;
          const hint = input.description ?? (long ? t("dialog.inputs.json") : undefined);
          return (
            <Field key={name} label={label} hint={hint} error={error}>
              {({ id, describedBy }) => {
                const shared = {
                  id,
                  className: "ui-input",
                  value: texts[name] ?? "",
                  "aria-describedby": describedBy,
                  "aria-invalid": error !== undefined,
                  onChange: (event: { readonly target: { readonly value: string } }) =>
                    setTexts({ ...texts, [name]: event.target.value }),
                };
                return long ? <textarea {...shared} rows={4} spellCheck={false} /> : <input {...shared} />;
              }}
            </Field>
          );
        })}
      </div>
    </Dialog>
  );
}
