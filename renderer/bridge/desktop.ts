/** The desktop shell's object, when there is one. The only place that looks at `window.layerloom`. */
import type { DesktopApi } from "#contract/desktop.ts";

declare global {
  interface Window {
    readonly layerloom?: DesktopApi;
  }
}

export function getDesktop(): DesktopApi | undefined {
  return typeof window === "undefined" ? undefined : window.layerloom;
}
