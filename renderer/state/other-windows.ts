/**
 * Is the open file also open in another window of this browser? The first window holds the file's lock; the others wait
 * for it, and know by that. Who saves second is asked in any case: that guard is the engine's.
 */
import { create } from "zustand";
import { useDocument } from "#renderer/state/document-store.ts";

export const useOtherWindows = create<{ readonly openElsewhere: boolean }>(() => ({ openElsewhere: false }));

/** Once, at start. */
export function watchOtherWindows(): void {
  // Absent in a page that is not served over loopback or by the app.
  const { locks } = navigator;
  if (!locks) return;
  let held: { readonly path: string; readonly letGo: () => void } | undefined;
  useDocument.subscribe(({ phase, file }) => {
    const path = phase === "editing" ? file?.path : undefined;
    if (path === held?.path) return;
    held?.letGo();
    useOtherWindows.setState({ openElsewhere: false });
    held = path === undefined ? undefined : { path, letGo: hold(locks, path) };
  });
}

/** Returns what gives the lock back, or gives up waiting for it. */
function hold(locks: LockManager, path: string): () => void {
  const over = new AbortController();
  const untilLetGo = new Promise<void>((resolve) => over.signal.addEventListener("abort", () => resolve()));
  const tell = (openElsewhere: boolean): void => {
    if (!over.signal.aborted) useOtherWindows.setState({ openElsewhere });
  };
  const name = `layerloom ${path}`;
  const waitForIt = (): Promise<void> =>
    locks.request(name, { signal: over.signal }, () => {
      tell(false);
      return untilLetGo;
    });
  void locks
    .request(name, { ifAvailable: true }, async (lock) => {
      if (lock) await untilLetGo;
      else {
        tell(true);
        // Not waited for here: this request has no lock to give back.
        waitForIt().catch(() => undefined);
      }
    })
    .catch(() => undefined);
  return () => over.abort();
}
