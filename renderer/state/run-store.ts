/**
 * The run on the screen: the one just started from the document, or one opened from the list (then the canvas shows
 * its frozen graph, read-only). Fast data sits in a `RunBoard`; this file holds which run, and the commands.
 */
import { create } from "zustand";
import type { EdgeDefinition, PipelineDefinition } from "#contract/definition.ts";
import type { StartRequest } from "#contract/engine-api.ts";
import type { Place } from "#contract/errors.ts";
import { isFinal, type ParentOfRun } from "#contract/events.ts";
import type { Json } from "#contract/json.ts";
import type { EdgeView, HumanTask, NodeView, RunSummary } from "#contract/run.ts";
import { getEngine } from "#renderer/bridge/engine.ts";
import { documentActions, documentName, useDocument } from "#renderer/state/document-store.ts";
import { goToNode } from "#renderer/state/go-to.ts";
import { useKeyed } from "#renderer/state/keyed-store.ts";
import { RunBoard, type RunHead } from "#renderer/state/run-board.ts";
import { showError } from "#renderer/state/toast-store.ts";
import { openDialog, rememberInputs, showBottomTab, useUi } from "#renderer/state/ui-store.ts";

export type Frozen = {
  readonly text: string;
  readonly definition: PipelineDefinition;
  readonly places: Readonly<Record<string, Place>>;
};

type RunState = {
  readonly runId: string | undefined;
  /** What the watched run runs. */
  readonly frozen: Frozen | undefined;
  /** Is the frozen graph shown in place of the document? */
  readonly opened: boolean;
  readonly starting: boolean;
  /** The run that was started from the document: what one comes back to from another. */
  readonly own: string | undefined;
};

export const runBoard: RunBoard = new RunBoard();
export const useRunState = create<RunState>(() => ({
  runId: undefined,
  frozen: undefined,
  opened: false,
  starting: false,
  own: undefined,
}));

let stopWatching: (() => void) | undefined;

export type StartOptions = Pick<StartRequest, "inputs" | "provider" | "partial">;

/** Runs the document as it stands. Problems or missing inputs are shown instead of a run that cannot start. */
export async function startRun(options: StartOptions = {}): Promise<void> {
  if (useRunState.getState().starting) return;
  useRunState.setState({ starting: true });
  try {
    await documentActions().settle();
    const { text, file, definition, problems, readable } = useDocument.getState();
    if (!readable || problems.some((problem) => problem.severity === "error")) {
      showBottomTab("problems");
      return;
    }
    const inputs = options.inputs ?? useUi.getState().lastInputs[documentName()];
    const { partial } = options;
    // A part takes the inputs of the run that it is based on.
    if (!inputs && !partial && needsInputs(definition)) {
      openDialog({ kind: "run-inputs" });
      return;
    }
    if (inputs) rememberInputs(documentName(), inputs);
    const provider = options.provider ?? useUi.getState().provider;
    const { runId } = await getEngine().startRun({ text, file: file?.path, inputs, provider, partial });
    await showRun(runId, false);
  } catch (thrown) {
    showError(thrown);
  } finally {
    useRunState.setState({ starting: false });
  }
}

function needsInputs(definition: PipelineDefinition): boolean {
  return Object.values(definition.inputs ?? {}).some(
    (input) => input.required && input.default === undefined,
  );
}

/** Shows a past or live run with the graph it ran; `node` is selected in it and brought into view. */
export async function openRun(runId: string, node?: string): Promise<void> {
  const { runId: shown, frozen } = useRunState.getState();
  if (node !== undefined && shown === runId && frozen?.definition.nodes[node]) goToNode(node);
  else await showRun(runId, true, node).catch(showError);
}

let lastAsked = 0;

async function showRun(runId: string, opened: boolean, node?: string): Promise<void> {
  const engine = getEngine();
  const asked = ++lastAsked;
  const view = await engine.getRun({ runId });
  const read = await engine.readDocument({ text: view.text, file: view.summary.file });
  // Something else has been asked for meanwhile.
  if (!read.definition || asked !== lastAsked) return;
  stopWatching?.();
  runBoard.clear();
  const frozen = { text: view.text, definition: read.definition, places: read.places };
  useRunState.setState({ runId, frozen, opened, ...(opened ? {} : { own: runId }) });
  if (opened) documentActions().select(node === undefined ? {} : { nodes: [node] });
  runBoard.apply({ ...view, runId, streams: [] });
  stopWatching = engine.watchRun({ runId }, (update) => {
    if (useRunState.getState().runId === runId) runBoard.apply(update);
  });
}

/** The way up from a child run: to the document itself when its run is the parent. */
export async function openParent({ runId, node }: ParentOfRun): Promise<void> {
  if (useRunState.getState().own !== runId) return openRun(runId, node);
  await showRun(runId, false).catch(showError);
  goToNode(node);
}

/** Back to the document, with the run that was started from it if there is one. */
export function closeRun(): void {
  const { opened, own } = useRunState.getState();
  if (opened && own !== undefined) void showRun(own, false).catch(showError);
  else putRunAway();
}

export function putRunAway(): void {
  lastAsked += 1;
  stopWatching?.();
  stopWatching = undefined;
  runBoard.clear();
  useRunState.setState({ runId: undefined, frozen: undefined, opened: false, own: undefined });
}

// Another document must not show this run's colours.
useDocument.subscribe((now, before) => {
  if (now.epoch !== before.epoch) putRunAway();
});

const command =
  (act: (runId: string) => Promise<void>) =>
  async (runId = useRunState.getState().runId): Promise<void> => {
    if (runId !== undefined) await act(runId).catch(showError);
  };

export const cancelRun = command((runId) => getEngine().cancelRun({ runId }));

/** The attempt of one node: it fails, and the run goes on as after any failure. */
export async function cancelNode(node: string): Promise<void> {
  const { runId } = useRunState.getState();
  if (runId !== undefined) await getEngine().cancelRun({ runId, node }).catch(showError);
}

export const pauseRun = command((runId) => getEngine().pauseRun({ runId }));
export const resumeRun = command((runId) => getEngine().resumeRun({ runId }));

/** Runs the same text again; what succeeded is taken over, `from` and what follows it runs again. */
export function retryRun(runId: string, from?: string): Promise<void> {
  return showNext(() => getEngine().retryRun({ runId, from }));
}

/** A new run that takes everything over but what follows this node, which runs on the given output. */
export function forkRun(runId: string, node: string, output: Json): Promise<void> {
  return showNext(() => getEngine().retryRun({ runId, from: node, edited: { [node]: output } }));
}

async function showNext(start: () => Promise<{ readonly runId: string }>): Promise<void> {
  try {
    const { runId } = await start();
    await showRun(runId, useRunState.getState().opened);
  } catch (thrown) {
    showError(thrown);
  }
}

export function useNodeRun(id: string): NodeView | undefined {
  return useKeyed(runBoard.nodes, id);
}

/** The last two lines of what the node streams. */
export function useNodeStream(id: string): string | undefined {
  const text = useKeyed(runBoard.streams, id);
  return text === undefined ? undefined : text.trimEnd().split("\n").slice(-2).join("\n");
}

/** The state of the shown definition's edge, wherever that edge stands in the graph that runs. */
export function useEdgeRun(index: number): EdgeView | undefined {
  const frozen = useRunState((state) => state.frozen?.definition);
  const opened = useRunState((state) => state.opened);
  const edges = useDocument((state) => state.definition.edges);
  const place = !frozen ? -1 : opened ? index : (edgeMap(edges, frozen.edges).get(index) ?? -1);
  return useKeyed(runBoard.edges, place);
}

const maps = new WeakMap<
  readonly EdgeDefinition[],
  { readonly to: readonly EdgeDefinition[]; readonly map: ReadonlyMap<number, number> }
>();

/** Index in `from` → index in `to` of the same edge (ends, kind, outcomes, condition). */
function edgeMap(
  from: readonly EdgeDefinition[],
  to: readonly EdgeDefinition[],
): ReadonlyMap<number, number> {
  const known = maps.get(from);
  if (known?.to === to) return known.map;
  const name = (e: EdgeDefinition): string => JSON.stringify([e.from, e.to, e.kind, e.on, e.when, e.else]);
  const places = new Map(to.map((edge, index) => [name(edge), index]));
  const map = new Map<number, number>();
  from.forEach((edge, index) => {
    const place = places.get(name(edge));
    if (place !== undefined) map.set(index, place);
  });
  maps.set(from, { to, map });
  return map;
}

export function useRunHead(): RunHead | undefined {
  return useKeyed(runBoard.head, "head");
}

export function useRunSummary(): RunSummary | undefined {
  return useRunHead()?.summary;
}

const NO_TASKS: readonly HumanTask[] = [];

/** Open human tasks of the shown run. */
export function useTasks(): readonly HumanTask[] {
  return useRunHead()?.tasks ?? NO_TASKS;
}

export function useRunIsLive(): boolean {
  const summary = useRunSummary();
  return summary !== undefined && !isFinal(summary.status);
}
