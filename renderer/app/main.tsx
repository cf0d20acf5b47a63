/** The window's entry: language, engine, drafts, then the screen. */
import "#renderer/ui/tokens.css";
import "#renderer/ui/base.css";
import "#renderer/ui/controls.css";
import { createRoot } from "react-dom/client";
import { App } from "#renderer/app/app.tsx";
import { CrashGuard } from "#renderer/app/crash-guard.tsx";
import { connectEngine } from "#renderer/bridge/engine.ts";
import { setI18nLanguage, startI18n } from "#renderer/i18n/i18n.ts";
import { startDrafts } from "#renderer/state/document-store.ts";
import { followEngine } from "#renderer/state/engine-store.ts";
import { watchOtherWindows } from "#renderer/state/other-windows.ts";
import { watchOutsideChanges } from "#renderer/state/outside-changes.ts";
import { followQuote } from "#renderer/state/quote-store.ts";
import { useUi } from "#renderer/state/ui-store.ts";

const { language } = useUi.getState();
startI18n(language);
setI18nLanguage(language);

const connection = connectEngine();
followEngine(connection);
startDrafts();
watchOtherWindows();
watchOutsideChanges();
followQuote();

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <CrashGuard>
      <App retryConnection={connection.retryNow} />
    </CrashGuard>,
  );
}
