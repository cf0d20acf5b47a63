/**
 * What no page in a window of ours may do, set once before the first window: leave the app's origin, open windows,
 * embed webviews, ask for permissions, reach the network. The app's data comes from the engine's process only.
 */
import type { Session, WebContents } from "electron";
import { APP_ORIGIN, APP_SCHEME } from "#electron/shared/channels.ts";
import { appFileHandler } from "./app-files.ts";
import type { ElectronApi } from "./electron-api.ts";

/** Copy and paste of pipeline text are the app's own; everything else is refused. */
const GRANTED: ReadonlySet<string> = new Set(["clipboard-read", "clipboard-sanitized-write"]);
const LOADABLE = new Set([`${APP_SCHEME}:`, "blob:", "data:", "devtools:"]);

export const WEB_PREFERENCES = {
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  webviewTag: false,
  navigateOnDragDrop: false,
  spellcheck: false,
} as const;

/** Before `ready`. */
export function prepareSecurity({ app, protocol }: Pick<ElectronApi, "app" | "protocol">): void {
  app.enableSandbox();
  protocol.registerSchemesAsPrivileged([
    {
      scheme: APP_SCHEME,
      privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
    },
  ]);
  app.on("web-contents-created", (_event, contents) => confine(contents));
}

/** After `ready`, before the first window. */
export function secureSession(session: Session, rendererFolder: string): void {
  session.protocol.handle(APP_SCHEME, appFileHandler(rendererFolder));
  session.setPermissionRequestHandler((contents, permission, answer) => {
    answer(GRANTED.has(permission) && isAppUrl(contents.getURL()));
  });
  session.setPermissionCheckHandler(
    (_contents, permission, origin) => GRANTED.has(permission) && isAppUrl(origin),
  );
  session.setDevicePermissionHandler(() => false);
  session.webRequest.onBeforeRequest((details, answer) => {
    answer({ cancel: !LOADABLE.has(URL.parse(details.url)?.protocol ?? "") });
  });
  session.on("will-download", (event) => event.preventDefault());
}

export function isAppUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && `${url.protocol}//${url.host}` === APP_ORIGIN;
}

function confine(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: "deny" }));
  contents.on("will-attach-webview", (event) => event.preventDefault());
  contents.on("will-frame-navigate", (event) => {
    if (!event.isMainFrame || !isAppUrl(event.url)) event.preventDefault();
  });
  contents.on("will-redirect", (event) => event.preventDefault());
}
