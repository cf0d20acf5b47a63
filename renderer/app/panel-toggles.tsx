/** Show or hide the panels around the canvas. */
import { FileCode2, PanelBottom, PanelLeft, PanelRight } from "lucide-react";
import type { ReactNode } from "react";
import { useT } from "#renderer/i18n/i18n.ts";
import { togglePanel, useUi } from "#renderer/state/ui-store.ts";
import { IconButton } from "#renderer/ui/button.tsx";
import { keyLabel } from "#renderer/ui/keys.ts";

export function PanelToggles(): ReactNode {
  const t = useT();
  const { leftOpen, rightOpen, bottomOpen, yamlBeside } = useUi();
  return (
    <div className="app-toggles">
      <IconButton label={t("app.panel.left")} pressed={leftOpen} onClick={() => togglePanel("leftOpen")}>
        <PanelLeft size={16} />
      </IconButton>
      <IconButton
        label={t("app.panel.bottom")}
        pressed={bottomOpen}
        onClick={() => togglePanel("bottomOpen")}
      >
        <PanelBottom size={16} />
      </IconButton>
      <IconButton label={t("app.panel.right")} pressed={rightOpen} onClick={() => togglePanel("rightOpen")}>
        <PanelRight size={16} />
      </IconButton>
      <IconButton
        label={t("command.toggleYaml")}
        keys={keyLabel("Ctrl+E")}
        pressed={yamlBeside}
        onClick={() => togglePanel("yamlBeside")}
      >
        <FileCode2 size={16} />
      </IconButton>
    </div>
  );
}
