/** The workspace's pipeline files, newest first. */
import { FileText } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import type { FileEntry } from "#contract/engine-api.ts";
import { openPath } from "#renderer/app/commands.ts";
import { getEngine } from "#renderer/bridge/engine.ts";
import { useT } from "#renderer/i18n/i18n.ts";
import { useEngineState } from "#renderer/state/engine-store.ts";
import { showError } from "#renderer/state/toast-store.ts";
import { closeDialog, useUi } from "#renderer/state/ui-store.ts";
import { Dialog } from "#renderer/ui/dialog.tsx";
import { EmptyState } from "#renderer/ui/empty-state.tsx";
import { formatWhen } from "#renderer/ui/format.ts";

export function OpenDialog(): ReactNode {
  const t = useT();
  const language = useUi((state) => state.language);
  const folder = useEngineState((state) => state.info?.workspace ?? "");
  const [files, setFiles] = useState<readonly FileEntry[]>();
  const [filter, setFilter] = useState("");
  useEffect(() => {
    getEngine().listFiles().then(setFiles, showError);
  }, []);
  const shown = files?.filter((file) => file.path.toLowerCase().includes(filter.toLowerCase()));
  const open = (path: string): void => {
    closeDialog();
    openPath(path);
  };
  return (
    <Dialog title={t("dialog.open.title")} onClose={closeDialog}>
      <input
        className="ui-input"
        type="search"
        aria-label={t("dialog.open.filter")}
        placeholder={t("dialog.open.filter")}
        value={filter}
        onChange={(event) => setFilter(event.target.value)}
      />
      {files === undefined && <EmptyState title={t("app.loading")} />}
      {files?.length === 0 && (
        <EmptyState title={t("dialog.open.empty")} text={t("dialog.open.emptyHint", { folder })} />
      )}
      <ul className="app-files">
        {shown?.map((file) => (
          <li key={file.path}>
            <button type="button" className="app-file-row" onClick={() => open(file.path)}>
              <FileText size={16} aria-hidden="true" />
              <span className="app-file-name">{file.name}</span>
              <span className="app-file-path">{file.path}</span>
              <span className="app-file-time">{formatWhen(file.modifiedAt, language)}</span>
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
