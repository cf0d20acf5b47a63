/** The frame around an open document: palette and outline, canvas, properties, and the lower panel. */
import type { ReactNode } from "react";
import { Group, Panel, Separator } from "react-resizable-panels";
import { BottomPane } from "#renderer/app/bottom-pane.tsx";
import { LeftPane } from "#renderer/app/left-pane.tsx";
import { OtherWindowBanner } from "#renderer/app/other-window-banner.tsx";
import { PanelToggles } from "#renderer/app/panel-toggles.tsx";
import { TopBar } from "#renderer/app/top-bar.tsx";
import { Canvas } from "#renderer/canvas/canvas.tsx";
import { useT } from "#renderer/i18n/i18n.ts";
import { Inspector } from "#renderer/inspector/inspector.tsx";
import { ApprovalOverlay } from "#renderer/runs/approval-overlay.tsx";
import { RunBanner } from "#renderer/runs/run-banner.tsx";
import { RunBar } from "#renderer/runs/run-bar.tsx";
import { useUi } from "#renderer/state/ui-store.ts";
import { YamlPane } from "#renderer/text/yaml-pane.tsx";

export function Workspace(): ReactNode {
  const t = useT();
  const { leftOpen, rightOpen, bottomOpen, yamlBeside } = useUi();
  return (
    <div className="app-workspace">
      <TopBar />
      <Group
        orientation="horizontal"
        className="app-columns"
        resizeTargetMinimumSize={{ coarse: 24, fine: 8 }}
      >
        {leftOpen && (
          <>
            <Panel
              id="left"
              defaultSize={232}
              minSize={180}
              maxSize={400}
              groupResizeBehavior="preserve-pixel-size"
            >
              <aside className="app-side" aria-label={t("app.region.left")}>
                <LeftPane />
              </aside>
            </Panel>
            <Separator className="app-separator" aria-label={t("app.panel.resize")} />
          </>
        )}
        <Panel id="middle" minSize={360}>
          <Group orientation="vertical">
            <Panel id="stage" minSize={180}>
              <Stage yamlBeside={yamlBeside} />
            </Panel>
            {bottomOpen && (
              <>
                <Separator className="app-separator" aria-label={t("app.panel.resize")} />
                <Panel id="bottom" defaultSize={232} minSize={120} groupResizeBehavior="preserve-pixel-size">
                  <section className="app-bottom" aria-label={t("app.region.bottom")}>
                    <BottomPane />
                  </section>
                </Panel>
              </>
            )}
          </Group>
        </Panel>
        {rightOpen && (
          <>
            <Separator className="app-separator" aria-label={t("app.panel.resize")} />
            <Panel
              id="right"
              defaultSize={296}
              minSize={240}
              maxSize={560}
              groupResizeBehavior="preserve-pixel-size"
            >
              <aside className="app-side" aria-label={t("app.region.right")}>
                <Inspector />
              </aside>
            </Panel>
          </>
        )}
      </Group>
    </div>
  );
}

function Stage({ yamlBeside }: { readonly yamlBeside: boolean }): ReactNode {
  const t = useT();
  const canvas = (
    <main className="app-stage" aria-label={t("app.region.canvas")}>
      <RunBanner />
      <OtherWindowBanner />
      <div className="app-canvas">
        <Canvas />
        <ApprovalOverlay />
        <div className="app-run-bar">
          <RunBar />
        </div>
        <PanelToggles />
      </div>
    </main>
  );
  if (!yamlBeside) return canvas;
  return (
    <Group orientation="horizontal">
      <Panel id="canvas" minSize={280}>
        {canvas}
      </Panel>
      <Separator className="app-separator" aria-label={t("app.panel.resize")} />
      <Panel id="yaml" defaultSize="42" minSize={240}>
        <section className="app-beside" aria-label={t("tab.yaml")}>
          <YamlPane />
        </section>
      </Panel>
    </Group>
  );
}
