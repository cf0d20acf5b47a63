/** The application menu. Items that act inside the window only send their name there; the window decides. */
import type { MenuItemConstructorOptions } from "electron";
import type { MenuCommand } from "#contract/desktop.ts";
import { wordsFor } from "./words.ts";

const ACCELERATORS: Partial<Record<MenuCommand, string>> = {
  new: "CmdOrCtrl+N",
  open: "CmdOrCtrl+O",
  save: "CmdOrCtrl+S",
  "save-as": "CmdOrCtrl+Shift+S",
  run: "CmdOrCtrl+Enter",
  search: "CmdOrCtrl+K",
};

export function menuTemplate(
  platform: NodeJS.Platform,
  locale: string,
  send: (command: MenuCommand) => void,
): MenuItemConstructorOptions[] {
  const words = wordsFor(locale);
  const item = (command: MenuCommand): MenuItemConstructorOptions => ({
    label: words[command],
    click: () => send(command),
    // The window handles the keys itself (fields have an undo of their own); here they are only shown.
    ...(ACCELERATORS[command] ? { accelerator: ACCELERATORS[command], registerAccelerator: false } : {}),
  });
  const line: MenuItemConstructorOptions = { type: "separator" };
  const mac = platform === "darwin";
  return [
    ...(mac ? [{ role: "appMenu" } as const] : []),
    {
      label: words.file,
      submenu: [
        item("new"),
        item("open"),
        line,
        item("save"),
        item("save-as"),
        {
          label: words.export,
          submenu: [item("export-yaml"), item("export-json"), item("export-mermaid"), item("export-schema")],
        },
        line,
        item("close-document"),
        ...(mac ? [] : [line, { role: "quit", label: words.quit } as const]),
      ],
    },
    {
      label: words.edit,
      submenu: [
        item("undo"),
        item("redo"),
        line,
        { role: "cut" },
        { role: "copy" },
        { role: "paste" },
        { role: "selectAll" },
        line,
        item("search"),
      ],
    },
    { label: words.pipeline, submenu: [item("run"), item("cancel-run")] },
    {
      label: words.view,
      submenu: [
        item("toggle-yaml"),
        line,
        { role: "resetZoom" },
        { role: "zoomIn" },
        { role: "zoomOut" },
        line,
        { role: "togglefullscreen" },
      ],
    },
    ...(mac ? [{ role: "windowMenu" } as const] : []),
    { role: "help", label: words.help, submenu: [item("shortcuts")] },
  ];
}
