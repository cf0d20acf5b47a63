/** Pipeline files of the workspace, the newest first. */
import { FileText } from "lucide-react";
import type { ReactNode } from "react";
import type { FileEntry } from "#contract/engine-api.ts";
import { useT } from "#renderer/i18n/i18n.ts";
import { useUi } from "#renderer/state/ui-store.ts";
import { formatWhen } from "#renderer/ui/format.ts";

const MOST = 8;

type RecentFilesProps = { readonly files: readonly FileEntry[]; readonly onChoose: (path: string) => void };

export function RecentFiles({ files, onChoose }: RecentFilesProps): ReactNode {
  const t = useT();
  const language = useUi((state) => state.language);
  if (files.length === 0) return null;
  const recent = [...files].sort((a, b) => b.modifiedAt - a.modifiedAt).slice(0, MOST);
  return (
    <section aria-labelledby="start-recent">
      <div className="start-heading">
        <h2 id="start-recent">{t("start.recent")}</h2>
      </div>
      <ul className="start-files">
        {recent.map((file) => (
          <li key={file.path}>
            <button type="button" className="start-file" onClick={() => onChoose(file.path)}>
              <FileText size={16} aria-hidden="true" />
              <span className="start-file-name">{file.name}</span>
              {file.path !== file.name && <span className="start-file-path">{file.path}</span>}
              <span className="start-file-path">{formatWhen(file.modifiedAt, language)}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
