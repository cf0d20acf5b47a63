/** Refuses a pipeline that cannot run, before anything is opened or written. */
import type { ReadResult } from "#contract/engine-api.ts";
import { LayerloomError } from "#contract/errors.ts";
import { checkFile } from "#engine/open.ts";
import { namingFile } from "./errors.ts";
import type { PipelineText } from "./read-input.ts";

/** Throws INVALID_PIPELINE with the places of all problems; returns what it read otherwise. */
export async function refuseProblems({ text, file, shown }: PipelineText): Promise<ReadResult> {
  const read = await checkFile(text, file, process.cwd());
  const errors = read.problems.filter((problem) => problem.severity === "error");
  if (errors.length === 0) return read;
  const [first] = errors;
  throw namingFile(
    new LayerloomError("INVALID_PIPELINE", "the pipeline has problems", {
      problems: errors,
      place: first?.place,
      hint: first?.hint,
    }),
    shown,
  );
}
