/** Ties the window to the desktop shell, when there is one: menu, files from outside, title bar. */
import { useEffect } from "react";
import { openPath, runCommand } from "#renderer/app/commands.ts";
import { getDesktop } from "#renderer/bridge/desktop.ts";
import { useDocument } from "#renderer/state/document-store.ts";
import { useEngineState } from "#renderer/state/engine-store.ts";
import { fileTitle } from "#renderer/ui/format.ts";

export function useDesktop(): void {
  const phase = useDocument((state) => state.phase);
  const name = useDocument((state) => (state.file ? fileTitle(state.file.path) : state.definition.name));
  const path = useDocument((state) => state.file?.path);
  const dirty = useDocument((state) => state.dirty && state.phase === "editing");
  const openTasks = useEngineState((state) => state.inbox.length);
  const title = phase === "start" ? "Layerloom" : `${dirty ? "● " : ""}${name} — Layerloom`;

  useEffect(() => {
    document.title = openTasks > 0 ? `(${openTasks}) ${title}` : title;
    getDesktop()?.setWindowState({ title, path, dirty, openTasks });
  }, [title, path, dirty, openTasks]);

  useEffect(() => {
    const desktop = getDesktop();
    if (!desktop) return;
    const stops = [desktop.onMenu(runCommand), desktop.onOpenFile(openPath)];
    return () => {
      for (const stop of stops) stop();
    };
  }, []);
}
