/** The system's file dialogs, one path or none. */
import type { BrowserWindow, FileFilter as ElectronFilter } from "electron";
import type { FileFilter, OpenDialogRequest, SaveDialogRequest } from "#contract/desktop.ts";
import type { ElectronApi } from "./electron-api.ts";

type DialogApi = Pick<ElectronApi, "dialog">;

export async function showOpenDialog(
  { dialog }: DialogApi,
  window: BrowserWindow,
  request: OpenDialogRequest,
): Promise<string | undefined> {
  const { canceled, filePaths } = await dialog.showOpenDialog(window, {
    properties: ["openFile"],
    filters: filtersOf(request.filters),
    ...(request.title === undefined ? {} : { title: request.title }),
  });
  return canceled ? undefined : filePaths[0];
}

export async function showSaveDialog(
  { dialog }: DialogApi,
  window: BrowserWindow,
  request: SaveDialogRequest,
): Promise<string | undefined> {
  const { canceled, filePath } = await dialog.showSaveDialog(window, {
    properties: ["createDirectory", "showOverwriteConfirmation"],
    filters: filtersOf(request.filters),
    ...(request.title === undefined ? {} : { title: request.title }),
    ...(request.suggestedName === undefined ? {} : { defaultPath: request.suggestedName }),
  });
  return canceled || filePath === "" ? undefined : filePath;
}

function filtersOf(filters: readonly FileFilter[] | undefined): ElectronFilter[] {
  return (filters ?? []).map(({ name, extensions }) => ({ name, extensions: [...extensions] }));
}
