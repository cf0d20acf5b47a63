/** The file on disk is not the one we opened (or is there already): three ways on, none of which loses anything unasked. */
import type { ReactNode } from "react";
import { useT } from "#renderer/i18n/i18n.ts";
import { documentActions, useDocument } from "#renderer/state/document-store.ts";
import { showError, showToast } from "#renderer/state/toast-store.ts";
import { closeDialog, openDialog } from "#renderer/state/ui-store.ts";
import { Button } from "#renderer/ui/button.tsx";
import { Dialog } from "#renderer/ui/dialog.tsx";

export function FileChangedDialog({ path }: { readonly path: string }): ReactNode {
  const t = useT();
  const ours = useDocument((state) => state.file?.path === path);
  const overwrite = (): void => {
    closeDialog();
    void documentActions()
      .saveAs(path, { overwrite: true })
      .then((done) => {
        if (done) showToast("success", t("app.saved"));
      });
  };
  const reload = (): void => {
    closeDialog();
    void documentActions().reload().catch(showError);
  };
  return (
    <Dialog
      title={t(ours ? "dialog.changed.title" : "dialog.exists.title")}
      onClose={closeDialog}
      footer={
        <>
          <Button onClick={closeDialog}>{t("app.cancel")}</Button>
          {ours && <Button onClick={reload}>{t("dialog.changed.reload")}</Button>}
          <Button onClick={() => openDialog({ kind: "save-as" })}>{t("dialog.changed.saveAs")}</Button>
          <Button kind="danger" onClick={overwrite}>
            {t("dialog.changed.overwrite")}
          </Button>
        </>
      }
    >
      <p>{t(ours ? "dialog.changed.text" : "dialog.exists.text", { path })}</p>
    </Dialog>
  );
}
