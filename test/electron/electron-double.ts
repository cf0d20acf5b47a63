/**
 * Electron as the shell sees it, recorded: what was set, what was listened to, what was sent. No window opens.
 * Cast once to the real type, so that the modules under test are checked against electron.d.ts.
 */
import { EventEmitter } from "node:events";
import type { ElectronApi } from "#electron/main/electron-api.ts";

export class WebContentsDouble extends EventEmitter {
  readonly sent: { readonly channel: string; readonly value: unknown; readonly ports: readonly unknown[] }[] =
    [];
  mainFrame = { url: "app://layerloom/index.html" };
  openHandler: (() => { action: string }) | undefined;
  send(channel: string, value: unknown): void {
    this.sent.push({ channel, value, ports: [] });
  }
  postMessage(channel: string, value: unknown, ports: readonly unknown[] = []): void {
    this.sent.push({ channel, value, ports });
  }
  setWindowOpenHandler(handler: () => { action: string }): void {
    this.openHandler = handler;
  }
  getURL(): string {
    return this.mainFrame.url;
  }
}

export class BrowserWindowDouble extends EventEmitter {
  static made: BrowserWindowDouble[] = [];
  static fromWebContents(contents: WebContentsDouble): BrowserWindowDouble | null {
    return BrowserWindowDouble.made.find((window) => window.webContents === contents) ?? null;
  }
  readonly webContents = new WebContentsDouble();
  readonly options: Record<string, unknown>;
  readonly calls: string[] = [];
  url: string | undefined;
  constructor(options: Record<string, unknown>) {
    super();
    this.options = options;
    BrowserWindowDouble.made.push(this);
  }
  async loadURL(url: string): Promise<void> {
    this.url = url;
  }
  setTitle(title: string): void {
    this.calls.push(`title ${title}`);
  }
  setDocumentEdited(edited: boolean): void {
    this.calls.push(`edited ${edited}`);
  }
  setRepresentedFilename(path: string): void {
    this.calls.push(`file ${path}`);
  }
  show(): void {
    this.calls.push("show");
  }
  maximize(): void {
    this.calls.push("maximize");
  }
  restore(): void {
    this.calls.push("restore");
  }
  focus(): void {
    this.calls.push("focus");
  }
  isMinimized(): boolean {
    return true;
  }
  isMaximized(): boolean {
    return false;
  }
  getNormalBounds() {
    return { x: 10, y: 20, width: 1_000, height: 700 };
  }
  /** What the cross in the corner does. */
  close(): boolean {
    const event = closable();
    this.emit("close", event);
    if (!event.prevented) this.emit("closed");
    return !event.prevented;
  }
}

export class ChildDouble extends EventEmitter {
  readonly posted: { readonly message: unknown; readonly ports: readonly unknown[] }[] = [];
  killed = false;
  readonly entry: string;
  readonly settings: unknown;
  constructor(entry: string, args: readonly string[]) {
    super();
    this.entry = entry;
    this.settings = JSON.parse(args[0] ?? "null");
  }
  postMessage(message: unknown, ports: readonly unknown[] = []): void {
    this.posted.push({ message, ports });
  }
  kill(): boolean {
    this.killed = true;
    return true;
  }
}

export class NotificationDouble extends EventEmitter {
  static made: NotificationDouble[] = [];
  static supported = true;
  static isSupported(): boolean {
    return NotificationDouble.supported;
  }
  readonly options: unknown;
  state: "made" | "shown" | "closed" = "made";
  constructor(options: unknown) {
    super();
    this.options = options;
    NotificationDouble.made.push(this);
  }
  show(): void {
    this.state = "shown";
  }
  close(): void {
    this.state = "closed";
  }
}

export type PreventableEvent = { prevented: boolean; preventDefault(): void };

export function closable(): PreventableEvent {
  return {
    prevented: false,
    preventDefault() {
      this.prevented = true;
    },
  };
}

type Handler = (...args: never[]) => unknown;

class SessionDouble extends EventEmitter {
  readonly handlers = new Map<string, Handler>();
  readonly protocol = {
    handle: (scheme: string, handler: Handler) => this.handlers.set(`protocol ${scheme}`, handler),
  };
  readonly webRequest = { onBeforeRequest: (handler: Handler) => this.handlers.set("request", handler) };
  setPermissionRequestHandler(handler: Handler): void {
    this.handlers.set("permission request", handler);
  }
  setPermissionCheckHandler(handler: Handler): void {
    this.handlers.set("permission check", handler);
  }
  setDevicePermissionHandler(handler: Handler): void {
    this.handlers.set("device", handler);
  }
  ask(name: string, ...args: readonly unknown[]): unknown {
    return (this.handlers.get(name) as (...args: unknown[]) => unknown)(...args);
  }
}

export class ElectronDouble {
  readonly app = Object.assign(new EventEmitter(), {
    calls: [] as string[],
    lock: true,
    locale: "en-GB",
    badge: 0,
    requestSingleInstanceLock: (): boolean => this.app.lock,
    enableSandbox: () => this.app.calls.push("sandbox"),
    setAppUserModelId: (id: string) => this.app.calls.push(`id ${id}`),
    quit: () => this.app.calls.push("quit"),
    whenReady: async () => undefined,
    getLocale: () => this.app.locale,
    setBadgeCount: (count: number) => {
      this.app.badge = count;
      return true;
    },
  });
  readonly ipc = new Map<string, (event: unknown, value: unknown) => unknown>();
  readonly ipcMain = {
    handle: (channel: string, handler: (event: unknown, value: unknown) => unknown) =>
      this.ipc.set(channel, handler),
    on: (channel: string, handler: (event: unknown, value: unknown) => unknown) =>
      this.ipc.set(channel, handler),
  };
  readonly schemes: unknown[] = [];
  readonly protocol = { registerSchemesAsPrivileged: (schemes: unknown[]) => this.schemes.push(...schemes) };
  readonly session = { defaultSession: new SessionDouble() };
  readonly dialogs: string[] = [];
  answer = 0;
  readonly dialog = {
    showMessageBoxSync: (...args: unknown[]) => {
      this.dialogs.push(JSON.stringify(args.at(-1)));
      return this.answer;
    },
    showErrorBox: (title: string, text: string) => this.dialogs.push(`${title} ${text}`),
    showOpenDialog: async () => ({ canceled: false, filePaths: ["/x/a.layerloom.yaml"] }),
    showSaveDialog: async () => ({ canceled: true, filePath: "" }),
  };
  readonly screen = { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1_920, height: 1_080 } }] };
  menu: unknown;
  readonly Menu = {
    buildFromTemplate: (template: unknown) => template,
    setApplicationMenu: (menu: unknown) => {
      this.menu = menu;
    },
  };
  readonly children: ChildDouble[] = [];
  readonly utilityProcess = {
    fork: (entry: string, args: readonly string[]) => {
      const child = new ChildDouble(entry, args);
      this.children.push(child);
      return child;
    },
  };
  readonly BrowserWindow = BrowserWindowDouble;
  readonly Notification = NotificationDouble;
  readonly MessageChannelMain = class {
    readonly port1 = { end: 1 };
    readonly port2 = { end: 2 };
  };

  constructor() {
    BrowserWindowDouble.made = [];
    NotificationDouble.made = [];
    NotificationDouble.supported = true;
  }

  get api(): ElectronApi {
    return this as unknown as ElectronApi;
  }
}
