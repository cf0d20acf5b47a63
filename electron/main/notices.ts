/**
 * The one notification that the app shows through the system. Its words come from the window; a click on it brings the
 * window to the front.
 */
import type { Notification } from "electron";
import type { Notice, NoticeTarget } from "#contract/desktop.ts";
import type { ElectronApi } from "./electron-api.ts";

export class Notices {
  readonly #electron: Pick<ElectronApi, "Notification">;
  readonly #onClick: (target: NoticeTarget | undefined) => void;
  /** Held on to: one that is collected as garbage takes no clicks. */
  #shown: Notification | undefined;

  constructor(
    electron: Pick<ElectronApi, "Notification">,
    onClick: (target: NoticeTarget | undefined) => void,
  ) {
    this.#electron = electron;
    this.#onClick = onClick;
  }

  /** A system without notifications is no error: the badge and the inbox say the same. */
  show(notice: Notice | undefined): void {
    this.#shown?.close();
    this.#shown = undefined;
    const { Notification } = this.#electron;
    if (!notice || !Notification.isSupported()) return;
    const { title, body, target } = notice;
    const shown = new Notification({ title, body });
    shown.on("click", () => {
      this.#shown = undefined;
      this.#onClick(target);
    });
    shown.show();
    this.#shown = shown;
  }
}
