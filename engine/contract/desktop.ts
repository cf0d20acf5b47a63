/**
 * What the desktop shell offers the window: the one object that the preload script exposes as `window.layerloom`.
 * A browser has no such object; everything here is about what only a desktop can do.
 */
import type { Channel } from "./rpc.ts";

/** Menu items that act inside the window. The names are those of the window's own commands. */
export const MENU_COMMANDS = [
  "new",
  "open",
  "save",
  "save-as",
  "undo",
  "redo",
  "run",
  "cancel-run",
  "search",
  "shortcuts",
  "export-yaml",
  "export-json",
  "export-mermaid",
  "export-schema",
  "toggle-yaml",
  "close-document",
] as const;
export type MenuCommand = (typeof MENU_COMMANDS)[number];

export type FileFilter = { readonly name: string; readonly extensions: readonly string[] };

export type OpenDialogRequest = {
  readonly title?: string | undefined;
  readonly filters?: readonly FileFilter[] | undefined;
};
export type SaveDialogRequest = {
  readonly title?: string | undefined;
  readonly suggestedName?: string | undefined;
  readonly filters?: readonly FileFilter[] | undefined;
};

/** What the title bar and the quit warning need to know. */
export type WindowState = {
  readonly title: string;
  /** The file shown, for the title bar's proxy icon. */
  readonly path?: string | undefined;
  /** Unsaved work: closing asks first. */
  readonly dirty: boolean;
  /** Open approvals, shown as the badge of the app's icon. */
  readonly openTasks: number;
};

/** A notification of the system. `target`: what a click on it shows; the inbox when absent. */
export type Notice = {
  readonly title: string;
  readonly body: string;
  readonly target?: NoticeTarget | undefined;
};
export type NoticeTarget = { readonly runId: string; readonly node: string };

export type DesktopPlatform = "darwin" | "linux" | "win32";

export interface DesktopApi {
  readonly platform: DesktopPlatform;
  /** A fresh pipe to the engine's process; the other end speaks the RPC of `rpc.ts`. The port itself stays in the preload. */
  openEngineChannel(): Promise<Channel>;
  /** The chosen path, or undefined when the person cancelled. */
  showOpenDialog(request: OpenDialogRequest): Promise<string | undefined>;
  showSaveDialog(request: SaveDialogRequest): Promise<string | undefined>;
  /** Each returns a function that stops listening. */
  onMenu(listener: (command: MenuCommand) => void): () => void;
  onOpenFile(listener: (path: string) => void): () => void;
  /** A click brings the window to the front before the listener hears of it. */
  onNotice(listener: (target: NoticeTarget | undefined) => void): () => void;
  setWindowState(state: WindowState): void;
  /** Takes the place of the notification before it; undefined only takes that away. */
  notify(notice: Notice | undefined): void;
}
