/** Asking for a part, pinning and forking: what the window asks the engine, and what it then shows. */
import { beforeEach, expect, test } from "vitest";
import type { RunPreview, StartRequest } from "#contract/engine-api.ts";
import { LayerloomError } from "#contract/errors.ts";
import type { NodeView, RunView } from "#contract/run.ts";
import { installEngine } from "#renderer/bridge/engine.ts";
import { documentActions, useDocument } from "#renderer/state/document-store.ts";
import { askForPart, startPart } from "#renderer/state/part.ts";
import { hasOutput, pinOutput, setPin, unpin } from "#renderer/state/pins.ts";
import { closeRun, forkRun, useRunState } from "#renderer/state/run-store.ts";
import { useToasts } from "#renderer/state/toast-store.ts";
import { closeDialog, useUi } from "#renderer/state/ui-store.ts";
import { engineDouble, textOf } from "#test/renderer/support/engine-double.ts";
import { chain } from "#test/renderer/support/pipelines.ts";

const preview: RunPreview = {
  basedOn: { runId: "r7", startedAt: 0 },
  nodes: [{ node: "a", does: "runs", why: "asked" }],
};
const cost = { usd: 0, tokens: 0 };
const view: RunView = {
  summary: {
    id: "r8",
    pipeline: "chain",
    status: "completed",
    simulated: false,
    startedAt: 0,
    cost,
    openTasks: 0,
  },
  seq: 1,
  text: textOf(chain),
  nodes: [],
  edges: [],
  tasks: [],
};

let asked: { readonly method: string; readonly request: unknown }[];
function engine(overrides: Parameters<typeof engineDouble>[0] = {}): void {
  const note =
    <T>(method: string, answer: T) =>
    async (request: unknown): Promise<T> => {
      asked.push({ method, request });
      return answer;
    };
  installEngine(
    engineDouble({
      previewRun: note("previewRun", preview),
      startRun: note("startRun", { runId: "r8" }),
      retryRun: note("retryRun", { runId: "r8" }),
      getRun: async () => view,
      watchRun: () => () => undefined,
      getNodeData: async () => ({ output: { plan: 1 }, input: null }),
      ...overrides,
    }),
  );
}

beforeEach(async () => {
  asked = [];
  engine();
  closeRun();
  closeDialog();
  useToasts.setState({ toasts: [] });
  await documentActions().newDocument(textOf(chain));
});

test("a part is previewed; what starts is based on the run that the preview named", async () => {
  await askForPart("from", "b");
  const request = asked[0]?.request as StartRequest;
  expect(request).toMatchObject({ text: useDocument.getState().text, partial: { mode: "from", node: "b" } });
  expect(useUi.getState().dialog).toMatchObject({ kind: "part", preview });
  await startPart({ mode: "from", node: "b" }, preview);
  expect(asked[1]).toMatchObject({
    method: "startRun",
    request: { partial: { mode: "from", node: "b", basedOn: "r7" } },
  });
  expect(useRunState.getState()).toMatchObject({ runId: "r8", opened: false });
});

test("a part without an earlier run starts as it was asked for", async () => {
  await startPart({ mode: "upTo", node: "b" }, { nodes: [] });
  expect(asked[0]?.request).toMatchObject({ partial: { mode: "upTo", node: "b" } });
});

test("missing inputs are asked for first, and the question goes on after them", async () => {
  engine({
    previewRun: async () => {
      throw new LayerloomError("MISSING_INPUT", "who");
    },
  });
  await askForPart("upTo", "c");
  const { dialog } = useUi.getState();
  expect(dialog?.kind).toBe("run-inputs");
  engine();
  if (dialog?.kind === "run-inputs") dialog.proceed?.();
  await expect.poll(() => asked.map(({ method }) => method)).toEqual(["previewRun"]);
});

test("what is refused is said, and no dialog opens", async () => {
  engine({
    previewRun: async () => {
      throw new LayerloomError("MISSING_RESULT", "no", { hint: "run up to here" });
    },
  });
  await askForPart("only", "c");
  expect(useUi.getState().dialog).toBeUndefined();
  expect(useToasts.getState().toasts[0]?.error).toMatchObject({
    code: "MISSING_RESULT",
    hint: "run up to here",
  });
});

test("a pin keeps the output of the shown run, and is one undoable step", async () => {
  await pinOutput("b");
  expect(useDocument.getState().definition.nodes.b?.pin).toBeUndefined();
  await startPart({ mode: "upTo", node: "b" }, { nodes: [] });
  await pinOutput("b");
  expect(useDocument.getState().definition.nodes.b?.pin).toEqual({ output: { plan: 1 } });
  setPin("b", 2, "approved");
  setPin("b", 3);
  expect(useDocument.getState().definition.nodes.b?.pin).toEqual({ output: 3, outcome: "approved" });
  setPin("b", 3, "ok");
  expect(useDocument.getState().definition.nodes.b?.pin).toEqual({ output: 3 });
  unpin("b");
  expect(useDocument.getState().definition.nodes.b).toEqual(chain.nodes.b);
  documentActions().undo();
  expect(useDocument.getState().definition.nodes.b?.pin).toEqual({ output: 3 });
});

test("only what a node gave can be pinned", () => {
  const node = (status: NodeView["status"]) =>
    ({ id: "a", status, activations: 1, attempts: 1, attempt: 1, maxAttempts: 6, cost }) satisfies NodeView;
  expect(hasOutput(undefined)).toBe(false);
  expect(["succeeded", "skipped", "cached", "degraded"].every((s) => hasOutput(node(s as "cached")))).toBe(
    true,
  );
  expect(["failed", "running", "not_reached"].some((s) => hasOutput(node(s as "failed")))).toBe(false);
});

test("a fork edits one output and shows the new run", async () => {
  await forkRun("r1", "b", { plan: 2 });
  expect(asked).toEqual([
    { method: "retryRun", request: { runId: "r1", from: "b", edited: { b: { plan: 2 } } } },
  ]);
  expect(useRunState.getState().runId).toBe("r8");
});
