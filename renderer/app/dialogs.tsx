/** Shows the one dialog that was asked for. */
import type { ReactNode } from "react";
import { CommandPalette } from "#renderer/app/command-palette.tsx";
import { DiscardDialog } from "#renderer/app/discard-dialog.tsx";
import { FileChangedDialog } from "#renderer/app/file-changed-dialog.tsx";
import { OpenDialog } from "#renderer/app/open-dialog.tsx";
import { PartDialog } from "#renderer/app/part-dialog.tsx";
import { RestoreDialog } from "#renderer/app/restore-dialog.tsx";
import { RunInputsDialog } from "#renderer/app/run-inputs-dialog.tsx";
import { SaveAsDialog } from "#renderer/app/save-as-dialog.tsx";
import { ShortcutsDialog } from "#renderer/app/shortcuts-dialog.tsx";
import { useUi } from "#renderer/state/ui-store.ts";

export function Dialogs(): ReactNode {
  const dialog = useUi((state) => state.dialog);
  switch (dialog?.kind) {
    case undefined:
      return null;
    case "open":
      return <OpenDialog />;
    case "save-as":
      return <SaveAsDialog />;
    case "file-changed":
      return <FileChangedDialog path={dialog.path} />;
    case "discard":
      return <DiscardDialog proceed={dialog.proceed} />;
    case "run-inputs":
      return <RunInputsDialog proceed={dialog.proceed} />;
    case "part":
      return <PartDialog partial={dialog.partial} preview={dialog.preview} />;
    case "command":
      return <CommandPalette />;
    case "restore":
      return <RestoreDialog />;
    case "shortcuts":
      return <ShortcutsDialog />;
  }
}
