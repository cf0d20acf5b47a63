/** The app's window: how it is made, where it stands, and what it warns of when it is closed. */
import type { BrowserWindow } from "electron";
import type { WindowState } from "#contract/desktop.ts";
import { APP_URL } from "#electron/shared/channels.ts";
import type { ElectronApi } from "./electron-api.ts";
import { WEB_PREFERENCES } from "./security.ts";
import { readPlace, writePlace } from "./window-place.ts";
import { wordsFor } from "./words.ts";

/** Shown before the page has drawn, in the canvas colours of light and dark. */
const BACKGROUND = "#0F1319";

export type WindowPaths = { readonly preload: string; readonly place: string };
type WindowApi = Pick<ElectronApi, "app" | "BrowserWindow" | "dialog" | "screen">;

export class AppWindow {
  readonly window: BrowserWindow;
  #state: WindowState | undefined;
  readonly #electron: WindowApi;

  constructor(electron: WindowApi, paths: WindowPaths) {
    this.#electron = electron;
    const screens = electron.screen.getAllDisplays().map((display) => display.workArea);
    const { maximized, ...place } = readPlace(paths.place, screens);
    const window = new electron.BrowserWindow({
      ...place,
      minWidth: 640,
      minHeight: 480,
      show: false,
      title: "Layerloom",
      backgroundColor: BACKGROUND,
      webPreferences: { ...WEB_PREFERENCES, preload: paths.preload },
    });
    this.window = window;
    window.once("ready-to-show", () => {
      if (maximized) window.maximize();
      window.show();
    });
    window.on("page-title-updated", (event) => event.preventDefault());
    window.on("close", (event) => {
      if (this.#mayClose()) writePlace(paths.place, window.getNormalBounds(), window.isMaximized());
      else event.preventDefault();
    });
    void window.loadURL(APP_URL);
  }

  setState(state: WindowState): void {
    this.#state = state;
    const { window } = this;
    window.setTitle(state.title);
    window.setDocumentEdited(state.dirty);
    window.setRepresentedFilename(state.path ?? "");
    this.#electron.app.setBadgeCount(state.openTasks);
  }

  focus(): void {
    if (this.window.isMinimized()) this.window.restore();
    this.window.focus();
  }

  #mayClose(): boolean {
    if (!this.#state?.dirty) return true;
    const words = wordsFor(this.#electron.app.getLocale());
    const choice = this.#electron.dialog.showMessageBoxSync(this.window, {
      type: "warning",
      message: words.unsaved,
      detail: words.unsavedDetail,
      buttons: [words.cancel, words.close],
      defaultId: 0,
      cancelId: 0,
    });
    return choice === 1;
  }
}
