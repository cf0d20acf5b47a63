/** Entry of the preload: exposes the one object, before any script of the page runs. */
import { contextBridge, ipcRenderer } from "electron";
import type { DesktopPlatform } from "#contract/desktop.ts";
import { createDesktopApi, type RendererIpc } from "./desktop-api.ts";

const { platform } = process;
const known: DesktopPlatform = platform === "darwin" || platform === "win32" ? platform : "linux";

contextBridge.exposeInMainWorld("layerloom", createDesktopApi(ipcRenderer as unknown as RendererIpc, known));
