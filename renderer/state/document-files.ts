/**
 * New, open, save, and the keeping of unsaved work. The user's file is written on explicit save only; everything
 * else goes to the engine's drafts.
 */
import type { PipelineDefinition } from "#contract/definition.ts";
import type { Draft } from "#contract/engine-api.ts";
import { LayerloomError } from "#contract/errors.ts";
import { getEngine } from "#renderer/bridge/engine.ts";
import type { DocumentSync } from "#renderer/state/document-sync.ts";
import type { DocumentAccess, DocumentActions, DocumentData } from "#renderer/state/document-types.ts";
import { keyFor, pathOfKey, untitledKey } from "#renderer/state/draft-key.ts";
import { emptyHistory, record } from "#renderer/state/history.ts";
import { showError } from "#renderer/state/toast-store.ts";
import { openDialog } from "#renderer/state/ui-store.ts";

export const BLANK: PipelineDefinition = { layerloom: 1, name: "untitled", nodes: {}, edges: [] };
const BLANK_TEXT = "layerloom: 1\nname: untitled\nnodes: {}\nedges: []\n";
const DRAFT_DELAY_MS = 500;

type FileActions = Pick<
  DocumentActions,
  "newDocument" | "openFile" | "restoreDraft" | "closeDocument" | "save" | "saveAs" | "reload"
>;

export function createFiles(access: DocumentAccess, sync: DocumentSync): FileActions {
  const { get, patch } = access;

  const load = async (data: Pick<DocumentData, "text" | "file" | "key" | "savedText">): Promise<void> => {
    patch({
      ...data,
      phase: "editing",
      epoch: get().epoch + 1,
      definition: BLANK,
      inSync: true,
      readText: "",
      readable: true,
      problems: [],
      places: {},
      selection: { nodes: new Set(), edges: new Set() },
      history: emptyHistory,
    });
    await sync.readNow();
  };

  const write = async (path: string, epoch: number, overwrite: boolean): Promise<boolean> => {
    await sync.settle();
    const { text, key, file } = get();
    // Another document has been opened meanwhile: its text has no business in this file.
    if (get().epoch !== epoch) return false;
    const baseHash = file?.path === path ? file.hash : undefined;
    try {
      const saved = await getEngine().saveFile({ path, text, baseHash, overwrite });
      if (get().epoch !== epoch) return true;
      const same = file?.path === saved.path;
      patch({
        file: { path: saved.path, hash: saved.hash },
        key: same ? key : keyFor(saved.path),
        savedText: text,
      });
      await drop(key);
      return true;
    } catch (thrown) {
      if (thrown instanceof LayerloomError && thrown.code === "FILE_CHANGED")
        openDialog({ kind: "file-changed", path });
      else showError(thrown);
      return false;
    }
  };

  // One save after the other: the second is based on what the first wrote, else it would look like a change outside.
  let saving: Promise<unknown> = Promise.resolve();
  const writeInOrder = (path: string, overwrite = false): Promise<boolean> => {
    const { epoch } = get();
    const written = saving.then(() => write(path, epoch, overwrite));
    saving = written.catch(() => undefined);
    return written;
  };

  return {
    newDocument: (text = BLANK_TEXT) => load({ text, file: undefined, key: untitledKey(), savedText: text }),
    openFile: async (path) => {
      const opened = await getEngine().openFile({ path });
      await load({
        text: opened.text,
        file: { path: opened.path, hash: opened.hash },
        key: keyFor(opened.path),
        savedText: opened.text,
      });
    },
    restoreDraft: async (draft) => {
      const { text, baseHash } = draft;
      const path = pathOfKey(draft.key);
      const key = path === undefined ? untitledKey() : keyFor(path);
      const file = path === undefined ? undefined : { path, hash: baseHash ?? "" };
      // Under a name of its own before the old one goes: another window may work on what this was kept for.
      await inOrder(() => getEngine().putDraft({ key, text, baseHash }));
      await drop(draft.key);
      await load({ text, file, key, savedText: undefined });
    },
    closeDocument: async () => {
      const { key, epoch } = get();
      patch({ phase: "start", epoch: epoch + 1, savedText: get().text, inSync: true });
      await drop(key);
    },
    save: async () => {
      const { file } = get();
      if (file) return writeInOrder(file.path);
      openDialog({ kind: "save-as" });
      return false;
    },
    saveAs: (path, options) => writeInOrder(path, options?.overwrite),
    reload: async () => {
      const { file, definition, text, inSync, history } = get();
      if (!file) return;
      const opened = await getEngine().openFile({ path: file.path });
      patch({
        text: opened.text,
        savedText: opened.text,
        inSync: true,
        file: { path: opened.path, hash: opened.hash },
        history: record(history, { label: "reload", before: { definition, text, inSync }, at: Date.now() }),
      });
      await sync.readNow();
    },
  };
}

let queue: Promise<void> = Promise.resolve();

/** One draft call after the other: a late put must not bring back what was dropped. */
function inOrder(call: () => Promise<void>): Promise<void> {
  queue = queue.then(call).catch(showError);
  return queue;
}

const drop = (key: string): Promise<void> => inOrder(() => getEngine().dropDraft({ key }));

export async function discardDraft(draft: Draft): Promise<void> {
  await drop(draft.key);
}

/** Puts unsaved work into the engine's drafts half a second after the last change, and when the page goes away. */
export function keepDrafts(
  subscribe: (listener: (now: DocumentData, before: DocumentData) => void) => void,
  get: () => DocumentData,
): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let kept: { readonly key: string; readonly text: string } | undefined;

  const keep = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const { dirty, phase, key, text, file } = get();
    if (phase !== "editing") return;
    if (dirty && (kept?.key !== key || kept.text !== text)) {
      kept = { key, text };
      void inOrder(() => getEngine().putDraft({ key, text, baseHash: file?.hash }));
    } else if (!dirty && kept?.key === key) {
      kept = undefined;
      void drop(key);
    }
  };

  subscribe((now, before) => {
    if (now.text === before.text && now.dirty === before.dirty) return;
    clearTimeout(timer);
    timer = setTimeout(keep, DRAFT_DELAY_MS);
  });
  globalThis.addEventListener?.("pagehide", keep);
  globalThis.addEventListener?.("visibilitychange", keep);
}
