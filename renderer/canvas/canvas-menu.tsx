/** The context menu of a node, of a wire and of the empty canvas. */
import * as Radix from "@radix-ui/react-dropdown-menu";
import type { ReactNode } from "react";
import { type Translate, useT } from "#renderer/i18n/i18n.ts";
import { canvasPort } from "#renderer/state/canvas-port.ts";
import { useDocument } from "#renderer/state/document-store.ts";
import { forgetResults, keepsResults } from "#renderer/state/kept.ts";
import { askForPart, PART_MODES } from "#renderer/state/part.ts";
import { hasOutput, pinOutput, unpin } from "#renderer/state/pins.ts";
import { cancelNode, retryRun, runBoard, useRunState, useRunSummary } from "#renderer/state/run-store.ts";
import { requestFocus } from "#renderer/state/ui-store.ts";
import { useReadOnly } from "#renderer/state/view.ts";
import { keyLabel } from "#renderer/ui/keys.ts";
import { duplicateSelection, removeEdge, removeSelection, selectAll } from "./actions.ts";
import { type MenuRequest, useCanvas } from "./canvas-store.ts";

type Commands = {
  readonly copy: () => void;
  readonly paste: () => void;
  readonly tidy: () => void;
  readonly fitAll: () => void;
};
type Entry =
  | { readonly label: string; readonly keys?: string; readonly act: () => void; readonly edits?: boolean }
  | "line";

export function CanvasMenu({ commands }: { readonly commands: Commands }): ReactNode {
  const request = useCanvas((state) => state.menu);
  if (!request) return null;
  const close = () => useCanvas.setState({ menu: undefined });
  return (
    <Radix.Root open onOpenChange={(open) => !open && close()} modal={false}>
      <Radix.Trigger asChild>
        <span className="ll-menu-anchor" style={{ left: request.screen.x, top: request.screen.y }} />
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          className="ui-menu"
          align="start"
          sideOffset={2}
          collisionPadding={8}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            if (!useCanvas.getState().search && !useCanvas.getState().connectFrom) {
              document.querySelector<HTMLElement>(".ll-canvas")?.focus({ preventScroll: true });
            }
          }}
        >
          <Entries request={request} commands={commands} />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function Entries({
  request,
  commands,
}: {
  readonly request: MenuRequest;
  readonly commands: Commands;
}): ReactNode {
  const readOnly = useReadOnly();
  const entries = useEntries(request, commands);
  return entries.map((entry, index) =>
    entry === "line" ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: separators have no name and never move
      <Radix.Separator key={`line-${index}`} className="ui-menu-line" />
    ) : (
      <Radix.Item
        key={entry.label}
        className="ui-menu-item"
        disabled={readOnly && entry.edits !== false}
        onSelect={entry.act}
      >
        <span>{entry.label}</span>
        {entry.keys !== undefined && <span className="ui-menu-end">{keyLabel(entry.keys)}</span>}
      </Radix.Item>
    ),
  );
}

/** Running a part of the pipeline, and keeping what the node gave. */
function partEntries(node: string, t: Translate): readonly Entry[] {
  const pinned = useDocument.getState().definition.nodes[node]?.pin !== undefined;
  const given = hasOutput(runBoard.nodes.get(node));
  return [
    "line",
    ...PART_MODES.map((mode) => ({ label: t(`part.${mode}`), act: () => void askForPart(mode, node) })),
    ...(pinned || given ? (["line"] as const) : []),
    ...(given ? [{ label: t("pin.pin"), act: () => void pinOutput(node) }] : []),
    ...(pinned ? [{ label: t("pin.unpin"), act: () => unpin(node) }] : []),
  ];
}

function useEntries({ node, edge, at, screen }: MenuRequest, commands: Commands): readonly Entry[] {
  const t = useT();
  const runId = useRunState((state) => state.runId);
  const summary = useRunSummary();
  const readOnly = useReadOnly();
  const many = useDocument((state) => state.selection.nodes.size > 1);
  if (node !== undefined) {
    const ended = runId !== undefined && summary?.endedAt !== undefined;
    return [
      { label: t("canvas.menu.edit"), keys: "Enter", act: () => requestFocus(`nodes.${node}`), edits: false },
      { label: t("canvas.menu.rename"), keys: "F2", act: () => requestFocus(`nodes.${node}.title`) },
      { label: t("canvas.menu.connect"), keys: "C", act: () => useCanvas.setState({ connectFrom: node }) },
      "line",
      { label: t("canvas.menu.copy"), keys: "Ctrl+C", act: commands.copy, edits: false },
      { label: t("canvas.menu.duplicate"), keys: "Ctrl+D", act: () => duplicateSelection() },
      {
        label: many ? t("canvas.menu.deleteMany") : t("canvas.menu.delete"),
        keys: "Del",
        act: removeSelection,
      },
      ...(runBoard.nodes.get(node)?.status === "running"
        ? (["line", { label: t("part.cancel"), act: () => void cancelNode(node), edits: false }] as const)
        : []),
      ...(readOnly ? [] : partEntries(node, t)),
      ...(keepsResults(node)
        ? (["line", { label: t("kept.forget"), act: () => void forgetResults(node), edits: false }] as const)
        : []),
      ...(ended && readOnly
        ? ([
            "line",
            { label: t("canvas.menu.retryFrom"), act: () => void retryRun(runId, node), edits: false },
          ] as const)
        : []),
    ];
  }
  if (edge !== undefined) {
    return [
      { label: t("canvas.menu.edit"), keys: "Enter", act: () => requestFocus(`edges.${edge}`), edits: false },
      { label: t("canvas.menu.insert"), act: () => useCanvas.setState({ search: { screen, at, edge } }) },
      "line",
      { label: t("canvas.menu.delete"), keys: "Del", act: () => removeEdge(edge) },
    ];
  }
  return [
    { label: t("canvas.menu.add"), keys: "Tab", act: () => useCanvas.setState({ search: { screen, at } }) },
    { label: t("canvas.menu.paste"), keys: "Ctrl+V", act: commands.paste },
    { label: t("canvas.menu.selectAll"), keys: "Ctrl+A", act: selectAll, edits: false },
    "line",
    { label: t("canvas.menu.tidy"), keys: "Shift+T", act: commands.tidy },
    { label: t("canvas.menu.fit"), keys: "Shift+1", act: commands.fitAll, edits: false },
    "line",
    { label: t("canvas.menu.png"), act: () => canvasPort()?.exportPicture("png"), edits: false },
    { label: t("canvas.menu.svg"), act: () => canvasPort()?.exportPicture("svg"), edits: false },
  ];
}
