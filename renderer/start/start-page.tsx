/** The first thing a newcomer sees: templates, blank, open, recent, and work that was not saved. */
import "#renderer/start/start.css";
import { FilePlus2, FolderOpen, Layers } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import type { FileEntry, Template } from "#contract/engine-api.ts";
import { getEngine } from "#renderer/bridge/engine.ts";
import { useT } from "#renderer/i18n/i18n.ts";
import { DraftList } from "#renderer/start/draft-list.tsx";
import { RecentFiles } from "#renderer/start/recent-files.tsx";
import { TemplateCard } from "#renderer/start/template-card.tsx";
import { documentActions } from "#renderer/state/document-store.ts";
import { useEngineState } from "#renderer/state/engine-store.ts";
import { showError } from "#renderer/state/toast-store.ts";
import { Button } from "#renderer/ui/button.tsx";
import { EmptyState } from "#renderer/ui/empty-state.tsx";

type StartPageProps = {
  /** Language, theme and the like, from the frame. */
  readonly settings: ReactNode;
  readonly onOpen: () => void;
  /** What waits for a person, when something does. */
  readonly inbox: ReactNode;
  readonly runs: ReactNode;
};

export function StartPage({ settings, onOpen, inbox, runs }: StartPageProps): ReactNode {
  const t = useT();
  const connection = useEngineState((state) => state.connection);
  const templates = useEngineState((state) => state.templates);
  const [files, setFiles] = useState<readonly FileEntry[]>([]);
  useEffect(() => {
    if (connection === "open") getEngine().listFiles().then(setFiles, showError);
  }, [connection]);
  const create = (text?: string): void => void documentActions().newDocument(text).catch(showError);
  const openFile = (path: string): void => void documentActions().openFile(path).catch(showError);
  return (
    <div className="start">
      <header className="start-top">
        <h1 className="start-brand">
          <Layers size={24} aria-hidden="true" /> Layerloom
        </h1>
        {settings}
      </header>
      <main className="start-body">
        <p className="start-lead">{t("start.lead")}</p>
        <DraftList />
        <WaitingForYou>{inbox}</WaitingForYou>
        <section aria-labelledby="start-templates">
          <div className="start-heading">
            <h2 id="start-templates">{t("start.templates")}</h2>
            <Button disabled={connection !== "open"} onClick={() => create()}>
              <FilePlus2 size={16} aria-hidden="true" /> {t("start.blank")}
            </Button>
            <Button disabled={connection !== "open"} onClick={onOpen}>
              <FolderOpen size={16} aria-hidden="true" /> {t("app.open")}
            </Button>
          </div>
          {templates === undefined && <EmptyState title={t("app.loading")} />}
          <ul className="start-templates">
            {inOrder(templates ?? []).map((template) => (
              <li key={template.id}>
                <TemplateCard template={template} onChoose={() => create(template.text)} />
              </li>
            ))}
          </ul>
        </section>
        <RecentFiles files={files} onChoose={openFile} />
        <RecentRuns>{runs}</RecentRuns>
      </main>
    </div>
  );
}

function WaitingForYou({ children }: { readonly children: ReactNode }): ReactNode {
  const t = useT();
  const waiting = useEngineState((state) => state.inbox.length);
  if (waiting === 0) return null;
  return (
    <section aria-labelledby="start-inbox">
      <div className="start-heading">
        <h2 id="start-inbox">{t("start.inbox", { n: waiting })}</h2>
      </div>
      {children}
    </section>
  );
}

function RecentRuns({ children }: { readonly children: ReactNode }): ReactNode {
  const t = useT();
  const any = useEngineState((state) => (state.runs?.length ?? 0) > 0);
  if (!any) return null;
  return (
    <section aria-labelledby="start-runs">
      <div className="start-heading">
        <h2 id="start-runs">{t("tab.runs")}</h2>
      </div>
      <div className="start-files start-runs">{children}</div>
    </section>
  );
}

/** What a newcomer should meet first; the rest follows as the engine lists it. */
const FIRST = ["standard-five-layers", "quality-loop", "governance-gate", "parallel-outreach"];

function inOrder(templates: readonly Template[]): readonly Template[] {
  const rank = ({ id }: Template): number => FIRST.indexOf(id) + 1 || FIRST.length + 1;
  return [...templates].sort((a, b) => rank(a) - rank(b));
}
