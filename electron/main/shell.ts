/**
 * The desktop shell: one instance, one window, the engine in a process of its own, and the wires between them.
 * Thin on purpose: it never sees a pipeline, a run or a result.
 */
import type { WebContents } from "electron";
import type { MenuCommand } from "#contract/desktop.ts";
import { APP_ID, SHOW } from "#electron/shared/channels.ts";
import { showOpenDialog, showSaveDialog } from "./dialogs.ts";
import type { ElectronApi } from "./electron-api.ts";
import { type EngineProcess, startEngineProcess } from "./engine-process.ts";
import { handleIpc } from "./ipc.ts";
import { menuTemplate } from "./menu.ts";
import { Notices } from "./notices.ts";
import { FileQueue, filesIn } from "./open-files.ts";
import { prepareSecurity, secureSession } from "./security.ts";
import { AppWindow } from "./window.ts";
import { wordsFor } from "./words.ts";

export type ShellPaths = {
  readonly renderer: string;
  readonly preload: string;
  readonly host: string;
  readonly database: string;
  readonly workspace: string;
  readonly templates: string;
  readonly windowPlace: string;
};

export type ShellProcess = {
  readonly platform: NodeJS.Platform;
  readonly argv: readonly string[];
  readonly cwd: string;
};

/** Returns false when another instance runs: it has been told, and this one is leaving. */
export function startShell(electron: ElectronApi, paths: () => ShellPaths, process: ShellProcess): boolean {
  const { app } = electron;
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return false;
  }
  prepareSecurity(electron);
  // Windows shows notifications only of apps that it knows by this name, which the installer gave to the shortcut.
  if (process.platform === "win32") app.setAppUserModelId(APP_ID);
  const files = new FileQueue();
  for (const path of filesIn(process.argv, process.cwd)) files.add(path);
  let shell: Shell | undefined;

  app.on("second-instance", (_event, argv, folder) => {
    for (const path of filesIn(argv, folder)) files.add(path);
    shell?.show();
  });
  app.on("open-file", (event, path) => {
    event.preventDefault();
    files.add(path);
    shell?.show();
  });
  app.on("window-all-closed", () => {
    if (process.platform !== "darwin") app.quit();
  });
  app.on("activate", () => shell?.show());
  app.on("before-quit", (event) => shell?.beforeQuit(event));
  void app.whenReady().then(() => {
    shell = new Shell(electron, paths(), process, files);
    shell.show();
  });
  return true;
}

class Shell {
  readonly #electron: ElectronApi;
  readonly #paths: ShellPaths;
  readonly #files: FileQueue;
  readonly #engine: EngineProcess;
  readonly #notices: Notices;
  #window: AppWindow | undefined;
  #leaving: "no" | "stopping" | "stopped" = "no";

  constructor(electron: ElectronApi, paths: ShellPaths, process: ShellProcess, files: FileQueue) {
    const { database, workspace, templates } = paths;
    this.#electron = electron;
    this.#paths = paths;
    this.#files = files;
    secureSession(electron.session.defaultSession, paths.renderer);
    this.#engine = startEngineProcess(
      electron,
      paths.host,
      { database, workspace, templates },
      ({ code, message, hint }) => {
        const words = wordsFor(electron.app.getLocale());
        electron.dialog.showErrorBox(
          words.engineFailed,
          [`${code}: ${message}`, hint].filter(Boolean).join("\n\n"),
        );
      },
    );
    this.#notices = new Notices(electron, (target) => {
      this.show();
      this.#window?.window.webContents.send(SHOW.notice, target);
    });
    const template = menuTemplate(process.platform, electron.app.getLocale(), (command) =>
      this.#menu(command),
    );
    electron.Menu.setApplicationMenu(electron.Menu.buildFromTemplate(template));
    handleIpc(electron, (contents) => this.#window?.window.webContents === contents, {
      showOpenDialog: async (contents, request) => {
        const window = electron.BrowserWindow.fromWebContents(contents);
        return window ? this.#chosen(await showOpenDialog(electron, window, request)) : undefined;
      },
      showSaveDialog: async (contents, request) => {
        const window = electron.BrowserWindow.fromWebContents(contents);
        return window ? this.#chosen(await showSaveDialog(electron, window, request)) : undefined;
      },
      setWindowState: (_contents, state) => this.#window?.setState(state),
      notify: (_contents, notice) => this.#notices.show(notice),
      connectEngine: (contents, number) => this.#connect(contents, number),
      ready: (contents) => this.#files.deliverTo((path) => contents.send(SHOW.openFile, this.#chosen(path))),
    });
  }

  /** The window, made when there is none. */
  show(): void {
    if (this.#window) {
      this.#window.focus();
      return;
    }
    const { preload, windowPlace: place } = this.#paths;
    this.#window = new AppWindow(this.#electron, { preload, place });
    this.#window.window.on("closed", () => {
      this.#window = undefined;
      // Nobody is left who could answer a click on it.
      this.#notices.show(undefined);
      this.#files.deliverTo(undefined);
    });
  }

  /** Asks when runs are under way, then stops the engine cleanly before the app goes. */
  beforeQuit(event: { preventDefault(): void }): void {
    if (this.#leaving === "stopped") return;
    event.preventDefault();
    if (this.#leaving === "stopping" || (this.#engine.liveRuns > 0 && !this.#mayQuit())) return;
    this.#leaving = "stopping";
    void this.#engine.stop().then(() => {
      this.#leaving = "stopped";
      this.#electron.app.quit();
    });
  }

  #mayQuit(): boolean {
    const words = wordsFor(this.#electron.app.getLocale());
    const choice = this.#electron.dialog.showMessageBoxSync({
      type: "question",
      message: `${words.liveRuns} (${this.#engine.liveRuns})`,
      detail: words.liveRunsDetail,
      buttons: [words.cancel, words.quit],
      defaultId: 1,
      cancelId: 0,
    });
    return choice === 1;
  }

  #connect(contents: WebContents, number: number): void {
    const { port1, port2 } = new this.#electron.MessageChannelMain();
    this.#engine.connect(port2);
    contents.postMessage(SHOW.engine, number, [port1]);
  }

  /** The engine hears of a file that a person chose before the window does: the window will ask for it at once. */
  #chosen(path: string | undefined): string | undefined {
    if (path !== undefined) this.#engine.grant(path);
    return path;
  }

  #menu(command: MenuCommand): void {
    this.show();
    this.#window?.window.webContents.send(SHOW.menu, command);
  }
}
