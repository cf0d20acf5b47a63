/** Running a part of the document: first what it would do and why, then, when the person wants that, the run. */
import type { PartialRun, RunPreview, StartRequest } from "#contract/engine-api.ts";
import { LayerloomError } from "#contract/errors.ts";
import { getEngine } from "#renderer/bridge/engine.ts";
import { documentActions, documentName, useDocument } from "#renderer/state/document-store.ts";
import { startRun } from "#renderer/state/run-store.ts";
import { showError } from "#renderer/state/toast-store.ts";
import { openDialog, showBottomTab, useUi } from "#renderer/state/ui-store.ts";

export type PartMode = PartialRun["mode"];
export const PART_MODES = ["upTo", "from", "only"] as const satisfies readonly PartMode[];

/** Shows the list of what will run; nothing starts yet. */
export async function askForPart(mode: PartMode, node: string): Promise<void> {
  try {
    await documentActions().settle();
    const { text, file, problems, readable } = useDocument.getState();
    if (!readable || problems.some((problem) => problem.severity === "error")) {
      showBottomTab("problems");
      return;
    }
    const { lastInputs, provider } = useUi.getState();
    const partial = { mode, node };
    const request: StartRequest = {
      text,
      file: file?.path,
      inputs: lastInputs[documentName()],
      provider,
      partial,
    };
    const preview = await getEngine().previewRun(request);
    openDialog({ kind: "part", partial, preview });
  } catch (thrown) {
    if (thrown instanceof LayerloomError && thrown.code === "MISSING_INPUT") {
      openDialog({ kind: "run-inputs", proceed: () => void askForPart(mode, node) });
    } else showError(thrown);
  }
}

/** Starts what the list promised, on the very run that it was based on. */
export function startPart(partial: PartialRun, { basedOn }: RunPreview): Promise<void> {
  return startRun({ partial: basedOn ? { ...partial, basedOn: basedOn.runId } : partial });
}
