/** `run`: starts a pipeline on the durable engine and stays with it. */
import { existsSync } from "node:fs";
import { namingFile } from "#cli/errors.ts";
import { followToEnd } from "#cli/follow.ts";
import { databasePath } from "#cli/paths.ts";
import { type PipelineText, readInputs, readPipeline } from "#cli/read-input.ts";
import { refuseProblems } from "#cli/refuse.ts";
import { openSession, type Session } from "#cli/session.ts";
import type { Provider } from "#contract/engine-api.ts";
import { checkDocument } from "#engine/open.ts";

export type RunOptions = {
  readonly input: readonly string[];
  readonly inputs?: string;
  readonly db?: string;
  readonly provider?: Provider;
  readonly seed?: number;
  readonly json?: boolean;
  readonly wait: boolean;
};

export async function run(path: string, options: RunOptions): Promise<number> {
  const pipeline = await readPipeline(path);
  const read = () => checkDocument(pipeline.text, pipeline.file).definition;
  const inputs = await readInputs(options.input, options.inputs, path, read);
  // A file that cannot run must not leave a new database behind.
  if (!existsSync(databasePath(options.db))) refuseProblems(pipeline);
  const session = await openSession(options.db);
  const runId = await start(session, pipeline, options, inputs);
  return followToEnd(session, runId, { db: options.db, json: options.json ?? false, wait: options.wait });
}

async function start(
  session: Session,
  { text, file, shown }: PipelineText,
  { provider, seed }: RunOptions,
  inputs: Awaited<ReturnType<typeof readInputs>>,
): Promise<string> {
  try {
    return (await session.api.startRun({ text, file, inputs, provider, seed, folder: process.cwd() })).runId;
  } catch (thrown) {
    await session.close();
    throw namingFile(thrown, shown);
  }
}
