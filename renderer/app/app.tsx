/** The whole screen: start page or workspace, with dialogs, messages and the connection's state above both. */
import "#renderer/app/app.css";
import "#renderer/app/top-bar.css";
import "#renderer/app/dialogs.css";
import { type ReactNode, useEffect } from "react";
import { runCommand } from "#renderer/app/commands.ts";
import { ConnectionBanner } from "#renderer/app/connection-banner.tsx";
import { DatabaseBanner } from "#renderer/app/database-banner.tsx";
import { Dialogs } from "#renderer/app/dialogs.tsx";
import { NotifySwitch } from "#renderer/app/notify-switch.tsx";
import { Toasts } from "#renderer/app/toasts.tsx";
import { LanguageSwitch, ThemeSwitch } from "#renderer/app/top-bar.tsx";
import { useDesktop } from "#renderer/app/use-desktop.ts";
import { useNews } from "#renderer/app/use-news.ts";
import { useShortcuts } from "#renderer/app/use-shortcuts.ts";
import { Workspace } from "#renderer/app/workspace.tsx";
import { Inbox } from "#renderer/runs/inbox.tsx";
import { RunList } from "#renderer/runs/run-list.tsx";
import { StartPage } from "#renderer/start/start-page.tsx";
import { useDocument } from "#renderer/state/document-store.ts";
import { useEngineState } from "#renderer/state/engine-store.ts";
import { useRunState } from "#renderer/state/run-store.ts";
import { useUi } from "#renderer/state/ui-store.ts";

export function App({ retryConnection }: { readonly retryConnection: () => void }): ReactNode {
  const phase = useDocument((state) => state.phase);
  // A run can be looked at without a document.
  const runOpened = useRunState((state) => state.opened);
  useTheme();
  useShortcuts();
  useDesktop();
  useNews();
  useUnloadWarning();
  return (
    <div className="app">
      <ConnectionBanner retry={retryConnection} />
      <DatabaseBanner />
      {phase === "start" && !runOpened ? <Start /> : <Workspace />}
      <Dialogs />
      <Toasts />
    </div>
  );
}

function Start(): ReactNode {
  const settings = (
    <div className="app-settings">
      <NotifySwitch />
      <LanguageSwitch />
      <ThemeSwitch />
    </div>
  );
  return (
    <StartPage settings={settings} onOpen={() => runCommand("open")} inbox={<Inbox />} runs={<RunList />} />
  );
}

function useTheme(): void {
  const theme = useUi((state) => state.theme);
  useEffect(() => {
    if (theme === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  }, [theme]);
}

/** Unsaved work is kept as a draft, so leaving loses nothing; without an engine it cannot be kept, so the browser asks. */
function useUnloadWarning(): void {
  const dirty = useDocument((state) => state.dirty && state.phase === "editing");
  const lost = useEngineState((state) => state.connection !== "open");
  useEffect(() => {
    if (!dirty || !lost) return;
    const warn = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [dirty, lost]);
}
