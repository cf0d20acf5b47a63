/** Everything the window can be told to do, once: for the menus, the shortcuts, the search and the desktop's menu bar. */
import type { MenuCommand } from "#contract/desktop.ts";
import type { ExportFormat } from "#contract/engine-api.ts";
import { getDesktop } from "#renderer/bridge/desktop.ts";
import { getEngine } from "#renderer/bridge/engine.ts";
import { type MessageKey, translate } from "#renderer/i18n/i18n.ts";
import { documentActions, useDocument } from "#renderer/state/document-store.ts";
import { cancelRun, putRunAway, startRun, useRunState } from "#renderer/state/run-store.ts";
import { showError, showToast } from "#renderer/state/toast-store.ts";
import { openDialog, togglePanel } from "#renderer/state/ui-store.ts";

export type Command = {
  readonly title: MessageKey;
  /** As people write it, for labels; the binding itself is made from it. */
  readonly keys?: string | undefined;
  readonly run: () => void;
  /** Only with a document open. */
  readonly needsDocument?: boolean | undefined;
};

/** Goes on at once, or after the person said what to do with unsaved work. */
function guardUnsaved(proceed: () => void): void {
  const { dirty, phase } = useDocument.getState();
  if (dirty && phase === "editing") openDialog({ kind: "discard", proceed });
  else proceed();
}

function newDocument(text?: string): void {
  guardUnsaved(() => void documentActions().newDocument(text).catch(showError));
}

export function openPath(path: string): void {
  guardUnsaved(() => void documentActions().openFile(path).catch(showError));
}

async function chooseFile(): Promise<void> {
  const desktop = getDesktop();
  if (!desktop) {
    openDialog({ kind: "open" });
    return;
  }
  const filters = [{ name: "Layerloom", extensions: ["yaml", "yml"] }];
  const path = await desktop.showOpenDialog({ title: translate("dialog.open.title"), filters });
  if (path !== undefined) openPath(path);
}

async function save(): Promise<void> {
  if (useRunState.getState().opened) return;
  if (await documentActions().save()) showToast("success", translate("app.saved"));
}

const EXPORT_ENDINGS: Readonly<Record<ExportFormat, string>> = {
  yaml: "layerloom.yaml",
  json: "json",
  mermaid: "mmd",
  schema: "schema.json",
};

async function exportAs(to: ExportFormat): Promise<void> {
  try {
    await documentActions().settle();
    const { text, definition } = useDocument.getState();
    const exported = await getEngine().exportDocument({ text, to });
    const name = to === "schema" ? "layerloom" : definition.name.replace(/[^\p{L}\p{N}_-]+/gu, "-");
    download(`${name}.${EXPORT_ENDINGS[to]}`, exported.text);
  } catch (thrown) {
    showError(thrown);
  }
}

function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

function closeDocument(): void {
  guardUnsaved(() => {
    putRunAway();
    void documentActions().closeDocument().catch(showError);
  });
}

const unlessReadOnly = (act: () => void) => (): void => {
  if (!useRunState.getState().opened) act();
};

export const COMMANDS: Readonly<Record<MenuCommand, Command>> = {
  new: { title: "app.new", keys: "Alt+N", run: () => newDocument() },
  open: { title: "app.open", keys: "Ctrl+O", run: () => void chooseFile().catch(showError) },
  save: { title: "app.save", keys: "Ctrl+S", needsDocument: true, run: () => void save() },
  "save-as": {
    title: "app.saveAs",
    keys: "Ctrl+Shift+S",
    needsDocument: true,
    run: () => openDialog({ kind: "save-as" }),
  },
  undo: {
    title: "app.undo",
    keys: "Ctrl+Z",
    needsDocument: true,
    run: unlessReadOnly(() => documentActions().undo()),
  },
  redo: {
    title: "app.redo",
    keys: "Ctrl+Y",
    needsDocument: true,
    run: unlessReadOnly(() => documentActions().redo()),
  },
  run: { title: "app.run", keys: "Ctrl+Enter", needsDocument: true, run: () => void startRun() },
  "cancel-run": { title: "runs.cancel", needsDocument: true, run: () => void cancelRun() },
  search: { title: "command.title", keys: "Ctrl+K", run: () => openDialog({ kind: "command" }) },
  shortcuts: { title: "dialog.shortcuts.title", keys: "?", run: () => openDialog({ kind: "shortcuts" }) },
  "export-yaml": { title: "app.exportYaml", needsDocument: true, run: () => void exportAs("yaml") },
  "export-json": { title: "app.exportJson", needsDocument: true, run: () => void exportAs("json") },
  "export-mermaid": { title: "app.exportMermaid", needsDocument: true, run: () => void exportAs("mermaid") },
  "export-schema": { title: "app.exportSchema", needsDocument: true, run: () => void exportAs("schema") },
  "toggle-yaml": {
    title: "command.toggleYaml",
    keys: "Ctrl+E",
    needsDocument: true,
    run: () => togglePanel("yamlBeside"),
  },
  "close-document": { title: "app.closeDocument", needsDocument: true, run: closeDocument },
};

export function runCommand(name: MenuCommand): void {
  const command = COMMANDS[name];
  if (command.needsDocument && useDocument.getState().phase !== "editing") return;
  command.run();
}
