/**
 * The open document: its text, its definition, what is wrong with it, what is selected, and the way back.
 * Undo and redo cover everything, one step a gesture; typing is grouped.
 */
import { create } from "zustand";
import { translate } from "#renderer/i18n/i18n.ts";
import { BLANK, createFiles, keepDrafts } from "#renderer/state/document-files.ts";
import { createSync, type DocumentSync } from "#renderer/state/document-sync.ts";
import type {
  DocumentAccess,
  DocumentActions,
  DocumentData,
  DocumentState,
  Selection,
  Snapshot,
} from "#renderer/state/document-types.ts";
import { emptyHistory, record, redo, type Travel, undo } from "#renderer/state/history.ts";
import { showError, showToast } from "#renderer/state/toast-store.ts";

const initial: DocumentData = {
  phase: "start",
  epoch: 0,
  definition: BLANK,
  text: "",
  inSync: true,
  file: undefined,
  key: "",
  savedText: "",
  readText: "",
  readable: true,
  problems: [],
  places: {},
  selection: { nodes: new Set(), edges: new Set() },
  history: emptyHistory,
  dirty: false,
};

export const useDocument = create<DocumentState>((set, get) => {
  const access: DocumentAccess = {
    get,
    patch: (change) => set((state) => withDerived(state, { ...state, ...change })),
  };
  const sync = createSync(access);
  return { ...initial, actions: { ...createEdits(access, sync), ...createFiles(access, sync) } };
});

export const documentActions = (): DocumentActions => useDocument.getState().actions;

/** What the inputs given last are remembered by: the same when a file is opened again. */
export const documentName = (
  { file, key }: Pick<DocumentData, "file" | "key"> = useDocument.getState(),
): string => file?.path ?? key;

/** Starts keeping unsaved work. Once, at start. */
export function startDrafts(): void {
  keepDrafts((listener) => useDocument.subscribe(listener), useDocument.getState);
}

function withDerived<T extends DocumentData>(before: T, now: T): T {
  const dirty = !now.inSync || now.text !== now.savedText;
  // Only when the graph changed: an opened run's graph has nodes of its own that may be selected.
  const selection = now.definition === before.definition ? now.selection : pruned(now.selection, now);
  return { ...now, dirty, selection };
}

function pruned(selection: Selection, { definition }: DocumentData): Selection {
  const nodes = [...selection.nodes].filter((id) => definition.nodes[id]);
  const edges = [...selection.edges].filter((index) => index < definition.edges.length);
  if (nodes.length === selection.nodes.size && edges.length === selection.edges.size) return selection;
  return { nodes: new Set(nodes), edges: new Set(edges) };
}

const snapshot = ({ definition, text, inSync }: DocumentData): Snapshot => ({ definition, text, inSync });

function createEdits(
  { get, patch }: DocumentAccess,
  sync: DocumentSync,
): Pick<DocumentActions, "apply" | "setText" | "select" | "undo" | "redo" | "settle"> {
  const applyNow: DocumentActions["apply"] = (label, edit) => {
    const now = get();
    if (!now.readable) {
      showToast("info", translate("text.fixFirst"));
      return;
    }
    const definition = edit(now.definition);
    if (definition === now.definition) return;
    const history = record(now.history, { label, before: snapshot(now), at: Date.now() });
    patch({ definition, history, inSync: false });
    void sync.write().catch(() => undefined);
  };

  const travel = (journey: Travel<Snapshot> | undefined): void => {
    if (!journey) return;
    patch({ ...journey.state, history: journey.history, readable: true });
    if (journey.state.inSync) void sync.readNow().catch(showError);
    else void sync.write().catch(() => undefined);
  };

  return {
    apply: (label, edit) => {
      const { inSync, text, readText } = get();
      // Typed but not read yet: the edit must build on what was typed.
      if (inSync && text !== readText) void sync.readNow().then(() => applyNow(label, edit), showError);
      else applyNow(label, edit);
    },
    setText: (text) => {
      const now = get();
      if (text === now.text) return;
      const history = record(now.history, {
        label: "typing",
        group: "typing",
        before: snapshot(now),
        at: Date.now(),
      });
      patch({ text, history });
      sync.readSoon();
    },
    select: ({ nodes, edges }) => patch({ selection: { nodes: new Set(nodes), edges: new Set(edges) } }),
    undo: () => travel(undo(get().history, snapshot(get()))),
    redo: () => travel(redo(get().history, snapshot(get()))),
    settle: sync.settle,
  };
}
