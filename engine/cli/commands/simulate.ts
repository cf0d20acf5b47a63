/** `simulate`: the same engine in virtual time, in memory, touching nothing outside. */

import { namingFile, reportError } from "#cli/errors.ts";
import { exitCodeOf } from "#cli/exit-codes.ts";
import { print, printJson } from "#cli/output.ts";
import { readInputs, readPipeline } from "#cli/read-input.ts";
import { refuseProblems } from "#cli/refuse.ts";
import { printNodes } from "#cli/view/node-list.ts";
import { printSummary } from "#cli/view/summary.ts";
import { LayerloomError } from "#contract/errors.ts";
import { simulate as simulateText } from "#engine/open.ts";

export type SimulateOptions = {
  readonly input: readonly string[];
  readonly inputs?: string;
  readonly seed?: number;
  readonly faults?: number;
  readonly json?: boolean;
};

export async function simulate(path: string, options: SimulateOptions): Promise<number> {
  const pipeline = await readPipeline(path);
  const { text, file, shown } = pipeline;
  const inputs = await readInputs(
    options.input,
    options.inputs,
    path,
    async () => (await refuseProblems(pipeline)).definition,
  );
  const { seed, faults, json = false } = options;
  const onEvent = json ? printJson : undefined;
  const result = await simulateText({
    text,
    file,
    inputs,
    seed,
    faults,
    onEvent,
    workspace: process.cwd(),
  }).catch((thrown: unknown) => {
    throw namingFile(thrown, shown);
  });
  if (json) printJson(result);
  else {
    print("Simulated in virtual time; nothing outside was touched.");
    printNodes(result);
    printSummary(result, [], undefined);
  }
  const { run } = result;
  if (run.status === "failed") {
    const why = run.error ? `${run.error.code}: ${run.error.message}` : "a node failed";
    const hint = "Every attempt and why it failed: simulate again with --json.";
    reportError(new LayerloomError("RUN_FAILED", `The simulated run failed: ${why}`, { hint }), json);
  }
  return exitCodeOf(run.status);
}
