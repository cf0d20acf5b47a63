/** Work that was never saved to a file, kept by the engine: restore it or let it go. */
import { History } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import type { Draft } from "#contract/engine-api.ts";
import { getEngine } from "#renderer/bridge/engine.ts";
import { useT } from "#renderer/i18n/i18n.ts";
import { discardDraft } from "#renderer/state/document-files.ts";
import { documentActions } from "#renderer/state/document-store.ts";
import { pathOfKey } from "#renderer/state/draft-key.ts";
import { useEngineState } from "#renderer/state/engine-store.ts";
import { showError } from "#renderer/state/toast-store.ts";
import { useUi } from "#renderer/state/ui-store.ts";
import { Button } from "#renderer/ui/button.tsx";
import { formatWhen } from "#renderer/ui/format.ts";

export function DraftList(): ReactNode {
  const t = useT();
  const language = useUi((state) => state.language);
  const connection = useEngineState((state) => state.connection);
  const [drafts, setDrafts] = useState<readonly Draft[]>([]);
  useEffect(() => {
    if (connection === "open") getEngine().listDrafts().then(setDrafts, showError);
  }, [connection]);
  if (drafts.length === 0) return null;
  const drop = (draft: Draft): void => {
    setDrafts(drafts.filter((other) => other.key !== draft.key));
    void discardDraft(draft);
  };
  return (
    <section className="start-drafts" aria-labelledby="start-drafts">
      <h2 id="start-drafts">
        <History size={16} aria-hidden="true" /> {t("start.drafts")}
      </h2>
      <ul>
        {[...drafts]
          .sort((a, b) => b.savedAt - a.savedAt)
          .map((draft) => (
            <li key={draft.key} className="start-draft">
              <span className="start-file-name">{draftName(draft)}</span>
              <span className="start-file-path">
                {pathOfKey(draft.key) ?? t("start.drafts.noFile")} · {formatWhen(draft.savedAt, language)}
              </span>
              <Button kind="quiet" onClick={() => drop(draft)}>
                {t("start.drafts.drop")}
              </Button>
              <Button
                kind="primary"
                onClick={() => void documentActions().restoreDraft(draft).catch(showError)}
              >
                {t("start.drafts.restore")}
              </Button>
            </li>
          ))}
      </ul>
    </section>
  );
}

/** The pipeline's own name, read off the text: a draft may be too broken to be read as YAML. */
function draftName(draft: Draft): string {
  return /^name:\s*["']?(.+?)["']?\s*$/m.exec(draft.text)?.[1] ?? draft.key;
}
