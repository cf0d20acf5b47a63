/** `validate`: what is wrong with files, without an engine. */

import { namingFile, problemLines, reportError } from "#cli/errors.ts";
import { print, printError, printJson } from "#cli/output.ts";
import { readPipeline } from "#cli/read-input.ts";
import { LayerloomError } from "#contract/errors.ts";
import { checkFile } from "#engine/open.ts";

/** 0 when no file has an error; 2 otherwise, whatever the other files say. */
export async function validate(
  paths: readonly string[],
  { json = false }: { json?: boolean },
): Promise<number> {
  let exit = 0;
  for (const path of paths) {
    try {
      if (!(await validateFile(path, json))) exit = 2;
    } catch (thrown) {
      exit = Math.max(exit, reportError(thrown, json));
    }
  }
  return exit;
}

async function validateFile(path: string, json: boolean): Promise<boolean> {
  const { text, file, shown } = await readPipeline(path);
  const read = await checkFile(text, file, process.cwd());
  const problems = read.problems.map((problem) => ({
    ...problem,
    place: problem.place && { ...problem.place, file: shown },
  }));
  const errors = problems.filter((problem) => problem.severity === "error");
  const valid = errors.length === 0;
  if (json) {
    printJson({ type: "validation", file: shown, valid, problems });
    const refusal = new LayerloomError("INVALID_PIPELINE", "the pipeline has problems", { problems: errors });
    if (!valid) reportError(namingFile(refusal, shown), true);
    return valid;
  }
  for (const line of problemLines(problems, shown)) printError(line);
  if (valid) print(`${shown}: ok`);
  return valid;
}
