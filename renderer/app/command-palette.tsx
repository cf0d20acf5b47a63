/** Ctrl+K: go to any node, run or file, or do anything. cmdk leaves Enter alone while an input method composes. */
import { Command } from "cmdk";
import { type ReactNode, useEffect, useState } from "react";
import { MENU_COMMANDS } from "#contract/desktop.ts";
import type { FileEntry } from "#contract/engine-api.ts";
import { COMMANDS, openPath, runCommand } from "#renderer/app/commands.ts";
import { getEngine } from "#renderer/bridge/engine.ts";
import { useT } from "#renderer/i18n/i18n.ts";
import { useDocument } from "#renderer/state/document-store.ts";
import { useEngineState } from "#renderer/state/engine-store.ts";
import { goToNode } from "#renderer/state/go-to.ts";
import { askForPart, PART_MODES } from "#renderer/state/part.ts";
import { hasOutput, pinOutput, unpin } from "#renderer/state/pins.ts";
import { openRun, useNodeRun } from "#renderer/state/run-store.ts";
import {
  BOTTOM_TABS,
  closeDialog,
  requestFocus,
  setTheme,
  showBottomTab,
  THEMES,
  useUi,
} from "#renderer/state/ui-store.ts";
import { useReadOnly, useShownDefinition } from "#renderer/state/view.ts";
import { Dialog } from "#renderer/ui/dialog.tsx";
import { formatWhen } from "#renderer/ui/format.ts";
import { keyLabel } from "#renderer/ui/keys.ts";
import { LayerIcon } from "#renderer/ui/layer-icon.tsx";
import { StateGlyph } from "#renderer/ui/state-glyph.tsx";

const MOST_RUNS = 20;

export function CommandPalette(): ReactNode {
  const t = useT();
  const act = (run: () => void) => () => {
    closeDialog();
    run();
  };
  return (
    <Dialog title={t("command.title")} onClose={closeDialog} className="app-command">
      <Command label={t("command.title")} loop>
        <Command.Input className="ui-input" placeholder={t("app.search")} />
        <Command.List className="app-command-list">
          <Command.Empty className="app-command-empty">{t("command.none")}</Command.Empty>
          <SelectedNode act={act} />
          <Nodes act={act} />
          <Commands act={act} />
          <Runs act={act} />
          <Files act={act} />
        </Command.List>
      </Command>
    </Dialog>
  );
}

type Part = { readonly act: (run: () => void) => () => void };

function Nodes({ act }: Part): ReactNode {
  const t = useT();
  const { nodes } = useShownDefinition();
  const editing = useDocument((state) => state.phase === "editing");
  if (!editing) return null;
  const go = (id: string): void => {
    goToNode(id);
    requestFocus(`nodes.${id}`);
  };
  return (
    <Command.Group heading={t("command.group.nodes")}>
      {Object.entries(nodes).map(([id, node]) => (
        <Command.Item
          key={id}
          value={`node ${id}`}
          keywords={[node.title ?? "", node.uses]}
          onSelect={act(() => go(id))}
        >
          <LayerIcon layer={node.layer} size={14} />
          <span>{node.title ?? id}</span>
          <span className="app-command-end">{node.uses}</span>
        </Command.Item>
      ))}
    </Command.Group>
  );
}

/** What can be run, kept and let go of the one node that is selected. */
function SelectedNode({ act }: Part): ReactNode {
  const t = useT();
  const readOnly = useReadOnly();
  const [id, ...more] = useDocument((state) => state.selection.nodes);
  const node = useDocument((state) => (id === undefined ? undefined : state.definition.nodes[id]));
  const run = useNodeRun(id ?? "");
  if (id === undefined || node === undefined || more.length > 0 || readOnly) return null;
  const entries = [
    ...PART_MODES.map((mode) => ({ key: `part.${mode}`, run: () => void askForPart(mode, id) }) as const),
    ...(hasOutput(run) ? [{ key: "pin.pin", run: () => void pinOutput(id) } as const] : []),
    ...(node.pin ? [{ key: "pin.unpin", run: () => unpin(id) } as const] : []),
  ];
  return (
    <Command.Group heading={t("part.selected")}>
      {entries.map((entry) => (
        <Command.Item
          key={entry.key}
          value={`selected ${entry.key}`}
          keywords={[t(entry.key)]}
          onSelect={act(entry.run)}
        >
          <span>{t(entry.key)}</span>
          <span className="app-command-end">{node.title ?? id}</span>
        </Command.Item>
      ))}
    </Command.Group>
  );
}

function Commands({ act }: Part): ReactNode {
  const t = useT();
  const editing = useDocument((state) => state.phase === "editing");
  const names = MENU_COMMANDS.filter(
    (name) => name !== "search" && (editing || !COMMANDS[name].needsDocument),
  );
  return (
    <Command.Group heading={t("command.group.commands")}>
      {names.map((name) => {
        const { title, keys } = COMMANDS[name];
        return (
          <Command.Item
            key={name}
            value={`command ${name}`}
            keywords={[t(title)]}
            onSelect={act(() => runCommand(name))}
          >
            <span>{t(title)}</span>
            {keys !== undefined && <kbd className="ui-kbd app-command-end">{keyLabel(keys)}</kbd>}
          </Command.Item>
        );
      })}
      {editing &&
        BOTTOM_TABS.map((tab) => (
          <Command.Item
            key={tab}
            value={`tab ${tab}`}
            keywords={[t(`tab.${tab}`)]}
            onSelect={act(() => showBottomTab(tab))}
          >
            {t("command.showTab", { tab: t(`tab.${tab}`) })}
          </Command.Item>
        ))}
      {THEMES.map((theme) => (
        <Command.Item
          key={theme}
          value={`theme ${theme}`}
          keywords={[t(`app.theme.${theme}`)]}
          onSelect={act(() => setTheme(theme))}
        >
          {t("command.theme", { theme: t(`app.theme.${theme}`) })}
        </Command.Item>
      ))}
    </Command.Group>
  );
}

function Runs({ act }: Part): ReactNode {
  const t = useT();
  const language = useUi((state) => state.language);
  const runs = useEngineState((state) => state.runs);
  const editing = useDocument((state) => state.phase === "editing");
  if (!runs || runs.length === 0 || !editing) return null;
  return (
    <Command.Group heading={t("command.group.runs")}>
      {runs.slice(0, MOST_RUNS).map((run) => (
        <Command.Item
          key={run.id}
          value={`run ${run.id}`}
          keywords={[run.pipeline]}
          onSelect={act(() => void openRun(run.id))}
        >
          <StateGlyph status={run.status} compact />
          <span>{run.pipeline}</span>
          <span className="app-command-end">{formatWhen(run.startedAt, language)}</span>
        </Command.Item>
      ))}
    </Command.Group>
  );
}

function Files({ act }: Part): ReactNode {
  const t = useT();
  const [files, setFiles] = useState<readonly FileEntry[]>([]);
  useEffect(() => {
    getEngine()
      .listFiles()
      .then(setFiles, () => undefined);
  }, []);
  if (files.length === 0) return null;
  return (
    <Command.Group heading={t("command.group.files")}>
      {files.map((file) => (
        <Command.Item key={file.path} value={`file ${file.path}`} onSelect={act(() => openPath(file.path))}>
          <span>{file.path}</span>
        </Command.Item>
      ))}
    </Command.Group>
  );
}
