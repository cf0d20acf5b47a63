/** The backups of the database, the newest first and chosen; one is put in the place of a damaged database. */
import { type ReactNode, useEffect, useState } from "react";
import type { DatabaseState } from "#contract/database.ts";
import { getEngine } from "#renderer/bridge/engine.ts";
import { useT } from "#renderer/i18n/i18n.ts";
import { reloadRuns } from "#renderer/state/engine-store.ts";
import { showError, showToast } from "#renderer/state/toast-store.ts";
import { closeDialog, useUi } from "#renderer/state/ui-store.ts";
import { Button } from "#renderer/ui/button.tsx";
import { Dialog } from "#renderer/ui/dialog.tsx";
import { EmptyState } from "#renderer/ui/empty-state.tsx";
import { ErrorText } from "#renderer/ui/error-text.tsx";
import { formatWhen } from "#renderer/ui/format.ts";

export function RestoreDialog(): ReactNode {
  const t = useT();
  const language = useUi((state) => state.language);
  const [database, setDatabase] = useState<DatabaseState>();
  const [chosen, setChosen] = useState<string>();
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    getEngine()
      .databaseState()
      .then((state) => {
        setDatabase(state);
        setChosen(state.backups[0]?.name);
      }, showError);
  }, []);
  const restore = async (name: string): Promise<void> => {
    setBusy(true);
    try {
      const { keptAs } = await getEngine().restoreBackup({ name });
      closeDialog();
      await reloadRuns();
      showToast("info", t("dialog.restore.done", { keptAs }));
    } catch (error) {
      showError(error);
    } finally {
      setBusy(false);
    }
  };
  const none = database?.backups.length === 0;
  return (
    <Dialog
      title={t("dialog.restore.title")}
      onClose={closeDialog}
      footer={
        <>
          <Button onClick={closeDialog}>{t("app.cancel")}</Button>
          <Button
            kind="primary"
            disabled={busy || chosen === undefined}
            onClick={() => chosen !== undefined && void restore(chosen)}
          >
            {t("dialog.restore.restore")}
          </Button>
        </>
      }
    >
      {database?.error && <ErrorText error={{ ...database.error, hint: undefined }} />}
      {none ? (
        <EmptyState title={t("dialog.restore.none")} text={t("dialog.restore.noneHint")} />
      ) : (
        <p>{t("dialog.restore.text")}</p>
      )}
      {database?.backups.map((backup) => (
        <label key={backup.name} className="app-backup">
          <input
            type="radio"
            name="backup"
            checked={chosen === backup.name}
            onChange={() => setChosen(backup.name)}
          />
          <span>{formatWhen(backup.madeAt, language)}</span>
          <span className="app-backup-name">{backup.name}</span>
        </label>
      ))}
    </Dialog>
  );
}
