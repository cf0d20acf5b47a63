/** The shape of the open document's state, shared by the store and its parts. */
import type { PipelineDefinition } from "#contract/definition.ts";
import type { Draft } from "#contract/engine-api.ts";
import type { Place, Problem } from "#contract/errors.ts";
import type { History } from "#renderer/state/history.ts";

export type Selection = { readonly nodes: ReadonlySet<string>; readonly edges: ReadonlySet<number> };

/** One point in the document's past: enough to come back to it. */
export type Snapshot = {
  readonly definition: PipelineDefinition;
  readonly text: string;
  /** Does the text already say what the definition says? */
  readonly inSync: boolean;
};

export type DocumentData = Snapshot & {
  readonly phase: "start" | "editing";
  /** Rises with every document that is opened: answers for an earlier one are thrown away. */
  readonly epoch: number;
  readonly file: { readonly path: string; readonly hash: string } | undefined;
  /** Names the unsaved work (draft-key.ts). */
  readonly key: string;
  /** The text as it is on disk; undefined when it is nowhere. */
  readonly savedText: string | undefined;
  /** The text that `definition`, `problems` and `places` were last read from. */
  readonly readText: string;
  /** Could that text be read as a pipeline at all? If not, `definition` is the last readable one. */
  readonly readable: boolean;
  readonly problems: readonly Problem[];
  readonly places: Readonly<Record<string, Place>>;
  readonly selection: Selection;
  readonly history: History<Snapshot>;
  readonly dirty: boolean;
};

export type DocumentActions = {
  /** A canvas or inspector edit: shown at once, then written into the text by the engine. */
  apply(label: string, edit: (definition: PipelineDefinition) => PipelineDefinition): void;
  /** Typing in the text pane. */
  setText(text: string): void;
  select(selection: { readonly nodes?: Iterable<string>; readonly edges?: Iterable<number> }): void;
  undo(): void;
  redo(): void;
  /** Waits until text, definition and problems agree. Rejects when the text cannot be brought in line. */
  settle(): Promise<void>;
  /** A fresh, unsaved document: blank, or from a template's text. */
  newDocument(text?: string): Promise<void>;
  openFile(path: string): Promise<void>;
  restoreDraft(draft: Draft): Promise<void>;
  /** Throws away this document's unsaved work and goes back to the start page. */
  closeDocument(): Promise<void>;
  /** To the file it came from; asks for a place when there is none. Resolves to true when it is on disk. */
  save(): Promise<boolean>;
  saveAs(path: string, options?: { readonly overwrite?: boolean }): Promise<boolean>;
  /** Takes the file's present text, undoably. */
  reload(): Promise<void>;
};

export type DocumentState = DocumentData & { readonly actions: DocumentActions };

export type DocumentAccess = {
  readonly get: () => DocumentData;
  /** Merges, then brings everything derived (dirty, selection) in line. */
  readonly patch: (change: Partial<DocumentData>) => void;
};
