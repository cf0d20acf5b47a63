/** The `?` sheet. */
import type { ReactNode } from "react";
import type { MenuCommand } from "#contract/desktop.ts";
import { COMMANDS } from "#renderer/app/commands.ts";
import { type MessageKey, useT } from "#renderer/i18n/i18n.ts";
import { closeDialog } from "#renderer/state/ui-store.ts";
import { Dialog } from "#renderer/ui/dialog.tsx";
import { keyLabel } from "#renderer/ui/keys.ts";

type Row = { readonly title: MessageKey; readonly keys: string | { readonly text: MessageKey } };

const of = (name: MenuCommand): Row => ({ title: COMMANDS[name].title, keys: COMMANDS[name].keys ?? "" });

const GROUPS: readonly { readonly title: MessageKey; readonly rows: readonly Row[] }[] = [
  { title: "shortcut.group.file", rows: [of("new"), of("open"), of("save"), of("save-as")] },
  {
    title: "shortcut.group.edit",
    rows: [
      of("undo"),
      of("redo"),
      { title: "shortcut.duplicate", keys: { text: "shortcut.keys.duplicate" } },
      { title: "shortcut.selectAll", keys: "Ctrl+A" },
      { title: "shortcut.copyPaste", keys: "Ctrl+C  Ctrl+X  Ctrl+V" },
      { title: "shortcut.delete", keys: "Delete" },
    ],
  },
  { title: "shortcut.group.run", rows: [of("run")] },
  {
    title: "shortcut.group.canvas",
    rows: [
      { title: "shortcut.addNode", keys: { text: "shortcut.keys.doubleClick" } },
      { title: "shortcut.rewire", keys: { text: "shortcut.keys.end" } },
      { title: "shortcut.nudge", keys: { text: "shortcut.keys.arrows" } },
      { title: "shortcut.pan", keys: { text: "shortcut.keys.space" } },
      { title: "shortcut.fit", keys: "Shift+1  Shift+2" },
    ],
  },
  {
    title: "shortcut.group.view",
    rows: [of("search"), of("toggle-yaml"), { title: "shortcut.nextPane", keys: "F6" }, of("shortcuts")],
  },
];

export function ShortcutsDialog(): ReactNode {
  const t = useT();
  return (
    <Dialog title={t("dialog.shortcuts.title")} onClose={closeDialog} className="app-shortcuts">
      {GROUPS.map((group) => (
        <section key={group.title}>
          <h3>{t(group.title)}</h3>
          <dl>
            {group.rows.map((row) => (
              <div key={row.title}>
                <dt>{t(row.title)}</dt>
                <dd>
                  <kbd className="ui-kbd">
                    {keyLabel(typeof row.keys === "string" ? row.keys : t(row.keys.text))}
                  </kbd>
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </Dialog>
  );
}
