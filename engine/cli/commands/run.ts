/** `run`: starts a pipeline, or a part of it, on the durable engine and stays with it; or says what it would do. */
import { namingFile, problemLines } from "#cli/errors.ts";
import { followToEnd } from "#cli/follow.ts";
import { printError } from "#cli/output.ts";
import { type PartialOptions, partialOf, printPreview } from "#cli/partial.ts";
import { type PipelineText, readInputs, readPipeline } from "#cli/read-input.ts";
import { refuseProblems } from "#cli/refuse.ts";
import { openSession, type Session } from "#cli/session.ts";
import type { Provider, StartRequest } from "#contract/engine-api.ts";
import { checkDocument } from "#engine/open.ts";

export type RunOptions = PartialOptions & {
  readonly input: readonly string[];
  readonly inputs?: string;
  readonly db?: string;
  readonly provider?: Provider;
  readonly seed?: number;
  readonly preview?: boolean;
  readonly json?: boolean;
  readonly wait: boolean;
};

export async function run(path: string, options: RunOptions): Promise<number> {
  const partial = partialOf(options);
  const pipeline = await readPipeline(path);
  const read = () => checkDocument(pipeline.text, pipeline.file).definition;
  const inputs = await readInputs(options.input, options.inputs, path, read);
  // A file that cannot run must not leave a new database behind, and what it names is read as the caller may.
  await refuseProblems(pipeline);
  const { db, provider, seed, json = false, preview = false, wait } = options;
  const { text, file } = pipeline;
  const request: StartRequest = { text, file, inputs, provider, seed, folder: process.cwd(), partial };
  const session = await openSession(db);
  if (preview) {
    printPreview(await asked(session, pipeline, () => session.api.previewRun(request)), json);
    await session.close();
    return 0;
  }
  const { runId } = await asked(session, pipeline, () => session.api.startRun(request));
  warnOfPins(pipeline, json);
  return followToEnd(session, runId, { db, json, wait });
}

/** The session ends with what is refused. */
async function asked<T>(session: Session, { shown }: PipelineText, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (thrown) {
    await session.close();
    throw namingFile(thrown, shown);
  }
}

/** A pinned node is easily forgotten. Most files have none and are not read a second time for it. */
function warnOfPins({ text, file, shown }: PipelineText, json: boolean): void {
  if (!/\bpin\b/.test(text)) return;
  const pins = checkDocument(text, file)
    .problems.filter(({ code }) => code === "PINNED")
    .map((problem) => ({ ...problem, place: problem.place && { ...problem.place, file: shown } }));
  if (json) for (const problem of pins) printError(JSON.stringify({ type: "warning", problem }));
  else for (const line of problemLines(pins, shown)) printError(line);
}
