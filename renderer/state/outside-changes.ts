/**
 * What others did to the open file while the person looked elsewhere: seen when they come back. Work that is not saved
 * is never touched.
 */
import { getEngine } from "#renderer/bridge/engine.ts";
import { translate } from "#renderer/i18n/i18n.ts";
import { documentActions, useDocument } from "#renderer/state/document-store.ts";
import { showToast } from "#renderer/state/toast-store.ts";
import { openDialog } from "#renderer/state/ui-store.ts";

/** Once, at start. */
export function watchOutsideChanges(): void {
  let told: string | undefined;
  const look = async (): Promise<void> => {
    const { phase, file, epoch } = useDocument.getState();
    if (phase !== "editing" || !file) return;
    const opened = await getEngine().openFile({ path: file.path });
    const now = useDocument.getState();
    // Another document, or a save of one's own meanwhile.
    if (now.epoch !== epoch || now.file?.hash !== file.hash) return;
    if (opened.hash === file.hash || opened.hash === told) return;
    if (now.dirty) {
      told = opened.hash;
      const run = (): void => openDialog({ kind: "file-changed", path: file.path });
      showToast("info", translate("app.changedOutside"), { act: { label: translate("news.show"), run } });
    } else {
      await documentActions().reload();
      showToast("info", translate("app.reloaded"));
    }
  };
  // A file that is gone is told when it is saved.
  globalThis.addEventListener?.("focus", () => void look().catch(() => undefined));
}
