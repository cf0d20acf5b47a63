/** Notifications of the system: by the desktop shell, or by the browser once the person has allowed them. */
import type { Notice, NoticeTarget } from "#contract/desktop.ts";
import { getDesktop } from "#renderer/bridge/desktop.ts";

/** In a browser, a notice with this name takes the place of the one before, that of another tab too. */
const NAME = "layerloom";

export function mayNotify(): boolean {
  if (getDesktop()) return true;
  return typeof Notification !== "undefined" && Notification.permission === "granted";
}

/** Asks the person where the browser wants that. Resolves to whether notices can be shown. */
export async function askToNotify(): Promise<boolean> {
  if (mayNotify()) return true;
  return typeof Notification !== "undefined" && (await Notification.requestPermission()) === "granted";
}

type Opened = (target: NoticeTarget | undefined) => void;
let shown: Notification | undefined;

/** Takes the place of the notice before; undefined only takes that away. `opened` is for notices of a browser. */
export function showNotice(notice: Notice | undefined, opened: Opened): void {
  const desktop = getDesktop();
  if (desktop) {
    desktop.notify(notice);
    return;
  }
  shown?.close();
  shown = undefined;
  if (!notice || !mayNotify()) return;
  const { title, body, target } = notice;
  const next = new Notification(title, { body, tag: NAME });
  next.addEventListener("click", () => {
    window.focus();
    next.close();
    opened(target);
  });
  shown = next;
}
