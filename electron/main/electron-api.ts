/** The part of Electron that the shell uses. Handed in, so that every module can be tried without a window. */
import type * as Electron from "electron";

export type ElectronApi = Pick<
  typeof Electron,
  | "app"
  | "BrowserWindow"
  | "Menu"
  | "MessageChannelMain"
  | "Notification"
  | "dialog"
  | "ipcMain"
  | "protocol"
  | "screen"
  | "session"
  | "utilityProcess"
>;
