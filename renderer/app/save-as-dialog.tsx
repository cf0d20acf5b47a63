/** A name for the file. On the desktop the system's own dialog asks instead. */
import { type ReactNode, useEffect, useRef, useState } from "react";
import { getDesktop } from "#renderer/bridge/desktop.ts";
import { useT } from "#renderer/i18n/i18n.ts";
import { documentActions, useDocument } from "#renderer/state/document-store.ts";
import { useEngineState } from "#renderer/state/engine-store.ts";
import { showError, showToast } from "#renderer/state/toast-store.ts";
import { closeDialog } from "#renderer/state/ui-store.ts";
import { Button } from "#renderer/ui/button.tsx";
import { Dialog } from "#renderer/ui/dialog.tsx";
import { Field } from "#renderer/ui/field.tsx";
import { isComposing } from "#renderer/ui/keys.ts";

const ENDING = /\.layerloom\.ya?ml$/i;

export function SaveAsDialog(): ReactNode {
  const t = useT();
  const folder = useEngineState((state) => state.info?.workspace ?? "");
  const [name, setName] = useState(suggestion);
  const asked = useRef(false);
  const desktop = getDesktop();

  const saveTo = (path: string): void => {
    closeDialog();
    void documentActions()
      .saveAs(path)
      .then((done) => {
        if (done) showToast("success", t("app.saved"));
      });
  };
  useEffect(() => {
    if (!desktop || asked.current) return;
    asked.current = true;
    desktop
      .showSaveDialog({ title: t("dialog.saveAs.title"), suggestedName: suggestion() })
      .then((path) => (path === undefined ? closeDialog() : saveTo(path)), showError);
  });
  if (desktop) return null;

  const submit = (): void => {
    const trimmed = name.trim();
    if (trimmed !== "") saveTo(ENDING.test(trimmed) ? trimmed : `${trimmed}.layerloom.yaml`);
  };
  return (
    <Dialog
      title={t("dialog.saveAs.title")}
      onClose={closeDialog}
      footer={
        <>
          <Button onClick={closeDialog}>{t("app.cancel")}</Button>
          <Button kind="primary" disabled={name.trim() === ""} onClick={submit}>
            {t("app.save")}
          </Button>
        </>
      }
    >
      <Field label={t("dialog.saveAs.name")} hint={t("dialog.saveAs.hint", { folder })}>
        {({ id, describedBy }) => (
          <input
            id={id}
            className="ui-input"
            aria-describedby={describedBy}
            value={name}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setName(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === "Enter" && !isComposing(event)) submit();
            }}
          />
        )}
      </Field>
    </Dialog>
  );
}

function suggestion(): string {
  const { file, definition } = useDocument.getState();
  if (file) return file.path;
  const slug = definition.name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_-]+/gu, "-")
    .replace(/^-+|-+$/g, "");
  return `${slug === "" ? "pipeline" : slug}.layerloom.yaml`;
}
