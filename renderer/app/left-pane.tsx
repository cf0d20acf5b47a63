/** The left panel: nodes to add, or the outline of what is there. */
import { type ReactNode, useState } from "react";
import { useT } from "#renderer/i18n/i18n.ts";
import { Outline } from "#renderer/palette/outline.tsx";
import { Palette } from "#renderer/palette/palette.tsx";
import { Tabs } from "#renderer/ui/tabs.tsx";

export function LeftPane(): ReactNode {
  const t = useT();
  const [tab, setTab] = useState<"nodes" | "outline">("nodes");
  return (
    <Tabs
      label={t("app.region.left")}
      value={tab}
      onChange={setTab}
      tabs={[
        { key: "nodes", label: t("tab.nodes"), panel: <Palette /> },
        { key: "outline", label: t("tab.outline"), panel: <Outline /> },
      ]}
    />
  );
}
