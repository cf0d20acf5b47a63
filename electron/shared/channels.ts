/** The names that main process and preload share: the app's origin, the IPC channels, the host's messages. Nothing runs here. */

/** The same as in electron-builder.yml. */
export const APP_ID = "dev.layerloom.app";
export const APP_SCHEME = "app";
export const APP_ORIGIN = "app://layerloom";
export const APP_URL = `${APP_ORIGIN}/index.html`;

/** Asked by the window, answered by the main process. */
export const INVOKE = {
  openDialog: "layerloom:open-dialog",
  saveDialog: "layerloom:save-dialog",
} as const;

/** Told by the window to the main process. */
export const TELL = {
  windowState: "layerloom:window-state",
  notify: "layerloom:notify",
  /** Asks for a port to the engine; the number comes back with it. */
  wantEngine: "layerloom:want-engine",
  /** The window listens: what came before it may be sent now. */
  ready: "layerloom:ready",
} as const;

/** Told by the main process to the window. */
export const SHOW = {
  menu: "layerloom:menu",
  openFile: "layerloom:open-file",
  notice: "layerloom:notice",
  engine: "layerloom:engine",
} as const;

/**
 * Main process → engine's process. A port comes along with `connect`. `grant` names a file that a person chose and
 * that may lie outside the workspace; windows have no such message.
 */
export type HostRequest =
  | { readonly type: "connect" }
  | { readonly type: "grant"; readonly path: string }
  | { readonly type: "stop" };

/** Engine's process → main process. */
export type HostNews =
  | { readonly type: "ready" }
  | { readonly type: "live"; readonly runs: number }
  | {
      readonly type: "failed";
      readonly code: string;
      readonly message: string;
      readonly hint?: string | undefined;
    };

/** What the engine's process is started with, as one JSON argument. */
export type HostSettings = {
  readonly database: string;
  readonly workspace: string;
  /** Folder of the example pipelines. */
  readonly templates: string;
};
