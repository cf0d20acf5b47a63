/**
 * What the page gets from the desktop: dialogs, menu commands, files to open, and a pipe to the engine.
 * Each is a fixed channel with fixed meaning; the page never sees Electron's IPC, nor the port itself, which cannot
 * cross the context bridge.
 */
import type { DesktopApi, DesktopPlatform, MenuCommand, NoticeTarget } from "#contract/desktop.ts";
import type { Channel } from "#contract/rpc.ts";
import { INVOKE, SHOW, TELL } from "#electron/shared/channels.ts";

type IpcEvent = { readonly ports: readonly MessagePort[] };

/** What of Electron's `ipcRenderer` is used. */
export type RendererIpc = {
  invoke(channel: string, value: unknown): Promise<unknown>;
  send(channel: string, value?: unknown): void;
  on(channel: string, listener: (event: IpcEvent, value: unknown) => void): unknown;
};

export function createDesktopApi(ipc: RendererIpc, platform: DesktopPlatform): DesktopApi {
  const menuListeners = new Set<(command: MenuCommand) => void>();
  const fileListeners = new Set<(path: string) => void>();
  const noticeListeners = new Set<(target: NoticeTarget | undefined) => void>();
  const wanted = new Map<number, (port: MessagePort) => void>();
  let lastNumber = 0;
  let announced = false;

  ipc.on(SHOW.menu, (_event, command) => {
    for (const listener of menuListeners) listener(command as MenuCommand);
  });
  ipc.on(SHOW.openFile, (_event, path) => {
    for (const listener of fileListeners) listener(String(path));
  });
  ipc.on(SHOW.notice, (_event, target) => {
    for (const listener of noticeListeners) listener(target as NoticeTarget | undefined);
  });
  ipc.on(SHOW.engine, (event, number) => {
    const [port] = event.ports;
    const take = wanted.get(Number(number));
    wanted.delete(Number(number));
    if (port && take) take(port);
  });

  const path = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
  return {
    platform,
    openEngineChannel: () =>
      new Promise((resolve) => {
        lastNumber += 1;
        wanted.set(lastNumber, (port) => resolve(portChannel(port)));
        ipc.send(TELL.wantEngine, lastNumber);
      }),
    showOpenDialog: async (request) => path(await ipc.invoke(INVOKE.openDialog, request)),
    showSaveDialog: async (request) => path(await ipc.invoke(INVOKE.saveDialog, request)),
    onMenu(listener) {
      menuListeners.add(listener);
      return () => menuListeners.delete(listener);
    },
    onOpenFile(listener) {
      fileListeners.add(listener);
      if (!announced) {
        announced = true;
        ipc.send(TELL.ready);
      }
      return () => fileListeners.delete(listener);
    },
    onNotice(listener) {
      noticeListeners.add(listener);
      return () => noticeListeners.delete(listener);
    },
    notify: (notice) => ipc.send(TELL.notify, notice),
    setWindowState: (state) => ipc.send(TELL.windowState, state),
  };
}

/** Only functions and texts: what the context bridge lets through. */
function portChannel(port: MessagePort): Channel {
  return {
    send: (text) => port.postMessage(text),
    onMessage(listener) {
      port.addEventListener("message", (event: MessageEvent<unknown>) => {
        if (typeof event.data === "string") listener(event.data);
      });
      port.start();
    },
    onClose: (listener) => port.addEventListener("close", () => listener()),
    close: () => port.close(),
  };
}
