/** The lower panel's tabs, with counts of what asks for attention. */
import type { ReactNode } from "react";
import { useT } from "#renderer/i18n/i18n.ts";
import { Inbox } from "#renderer/runs/inbox.tsx";
import { RunFacts } from "#renderer/runs/run-facts.tsx";
import { RunList } from "#renderer/runs/run-list.tsx";
import { Timeline } from "#renderer/runs/timeline.tsx";
import { useDocument } from "#renderer/state/document-store.ts";
import { useEngineState } from "#renderer/state/engine-store.ts";
import { showBottomTab, useUi } from "#renderer/state/ui-store.ts";
import { ProblemsList } from "#renderer/text/problems-list.tsx";
import { YamlPane } from "#renderer/text/yaml-pane.tsx";
import { Count } from "#renderer/ui/empty-state.tsx";
import { Tabs } from "#renderer/ui/tabs.tsx";

export function BottomPane(): ReactNode {
  const t = useT();
  const tab = useUi((state) => state.bottomTab);
  const runs = useEngineState((state) => state.runs?.length ?? 0);
  const inbox = useEngineState((state) => state.inbox.length);
  const problems = useDocument((state) => state.problems);
  const broken = problems.some((problem) => problem.severity === "error");
  return (
    <Tabs
      label={t("app.region.bottom")}
      value={tab}
      onChange={showBottomTab}
      end={<RunFacts />}
      tabs={[
        { key: "timeline", label: t("tab.timeline"), panel: <Timeline /> },
        { key: "runs", label: withCount(t("tab.runs"), <Count value={runs} />), panel: <RunList /> },
        {
          key: "problems",
          label: withCount(
            t("tab.problems"),
            <Count value={problems.length} tone={broken ? "danger" : "warning"} />,
          ),
          panel: <ProblemsList />,
        },
        {
          key: "inbox",
          label: withCount(t("tab.inbox"), <Count value={inbox} tone="warning" />),
          panel: <Inbox />,
        },
        { key: "yaml", label: t("tab.yaml"), panel: <YamlPane /> },
      ]}
    />
  );
}

function withCount(label: string, count: ReactNode): ReactNode {
  return (
    <>
      {label} {count}
    </>
  );
}
