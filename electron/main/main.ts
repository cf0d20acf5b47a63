/** Entry of the desktop app, and the only file that imports Electron itself. Knows where things lie, and nothing else. */
import { join } from "node:path";
import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  MessageChannelMain,
  Notification,
  protocol,
  screen,
  session,
  utilityProcess,
} from "electron";
import { startShell } from "./shell.ts";

// Built, this file lies in dist/main beside dist/client, dist/preload and dist/host.
const built = join(import.meta.dirname, "..");

startShell(
  {
    app,
    BrowserWindow,
    dialog,
    ipcMain,
    Menu,
    MessageChannelMain,
    Notification,
    protocol,
    screen,
    session,
    utilityProcess,
  },
  () => ({
    renderer: join(built, "client"),
    preload: join(built, "preload", "main.cjs"),
    host: join(built, "host", "main.js"),
    database: join(app.getPath("userData"), "layerloom.db"),
    templates: join(built, "..", "examples"),
    workspace: join(app.getPath("documents"), "Layerloom"),
    windowPlace: join(app.getPath("userData"), "window.json"),
  }),
  { platform: process.platform, argv: process.argv, cwd: process.cwd() },
);
