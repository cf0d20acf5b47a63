/** Before unsaved work leaves the screen. */
import type { ReactNode } from "react";
import { useT } from "#renderer/i18n/i18n.ts";
import { documentActions, useDocument } from "#renderer/state/document-store.ts";
import { showError } from "#renderer/state/toast-store.ts";
import { closeDialog } from "#renderer/state/ui-store.ts";
import { Button } from "#renderer/ui/button.tsx";
import { Dialog } from "#renderer/ui/dialog.tsx";

export function DiscardDialog({ proceed }: { readonly proceed: () => void }): ReactNode {
  const t = useT();
  const name = useDocument((state) => state.definition.name);
  const save = async (): Promise<void> => {
    closeDialog();
    // Without a file the save dialog opens now; the person goes on from there.
    if (await documentActions().save()) proceed();
  };
  const drop = async (): Promise<void> => {
    closeDialog();
    await documentActions().closeDocument();
    proceed();
  };
  return (
    <Dialog
      title={t("dialog.discard.title")}
      onClose={closeDialog}
      footer={
        <>
          <Button onClick={closeDialog}>{t("app.cancel")}</Button>
          <Button kind="danger" onClick={() => void drop().catch(showError)}>
            {t("dialog.discard.drop")}
          </Button>
          <Button kind="primary" onClick={() => void save().catch(showError)}>
            {t("dialog.discard.save")}
          </Button>
        </>
      }
    >
      <p>{t("dialog.discard.text", { name })}</p>
    </Dialog>
  );
}
