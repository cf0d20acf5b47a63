/** New, open, save, export. */
import { ChevronDown } from "lucide-react";
import type { ReactNode } from "react";
import type { MenuCommand } from "#contract/desktop.ts";
import { COMMANDS, runCommand } from "#renderer/app/commands.ts";
import { useT } from "#renderer/i18n/i18n.ts";
import { canvasPort } from "#renderer/state/canvas-port.ts";
import { Button } from "#renderer/ui/button.tsx";
import { keyLabel } from "#renderer/ui/keys.ts";
import { Menu, type MenuItem } from "#renderer/ui/menu.tsx";

export function FileMenu(): ReactNode {
  const t = useT();
  const item = (name: MenuCommand): MenuItem => {
    const { title, keys } = COMMANDS[name];
    return {
      key: name,
      label: t(title),
      end: keys === undefined ? undefined : keyLabel(keys),
      onSelect: () => runCommand(name),
    };
  };
  return (
    <Menu
      trigger={
        <Button kind="quiet" className="app-file">
          {t("app.file")}
          <ChevronDown size={14} aria-hidden="true" />
        </Button>
      }
      items={[
        item("new"),
        item("open"),
        { key: "line-1", line: true },
        item("save"),
        item("save-as"),
        { key: "line-2", line: true },
        { key: "export", heading: t("app.export") },
        item("export-yaml"),
        item("export-json"),
        item("export-mermaid"),
        item("export-schema"),
        { key: "png", label: t("app.exportPng"), onSelect: () => canvasPort()?.exportPicture("png") },
        { key: "svg", label: t("app.exportSvg"), onSelect: () => canvasPort()?.exportPicture("svg") },
        { key: "line-3", line: true },
        item("close-document"),
      ]}
    />
  );
}
