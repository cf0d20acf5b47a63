/** `quote`: what a pipeline would cost and take, before anything starts. */

import { namingFile } from "#cli/errors.ts";
import { print, printJson } from "#cli/output.ts";
import { readInputs, readPipeline } from "#cli/read-input.ts";
import { refuseProblems } from "#cli/refuse.ts";
import { nothingYet, openExisting } from "#cli/session.ts";
import { quoteLines } from "#cli/view/quote-table.ts";
import type { Provider, QuoteRequest } from "#contract/engine-api.ts";
import type { Quote } from "#contract/quote.ts";
import { quote as quoteText } from "#engine/open.ts";

export type QuoteOptions = {
  readonly input: readonly string[];
  readonly inputs?: string;
  readonly provider?: Provider;
  readonly db?: string;
  readonly json?: boolean;
};

export async function quote(path: string, options: QuoteOptions): Promise<number> {
  const pipeline = await readPipeline(path);
  const { text, file, shown } = pipeline;
  const { definition } = await refuseProblems(pipeline);
  const inputs = await readInputs(options.input, options.inputs, path, () => definition);
  const request = { text, file, inputs, provider: options.provider, folder: process.cwd() };
  const quoted = await quoteWith(options.db, request).catch((thrown: unknown) => {
    throw namingFile(thrown, shown);
  });
  if (options.json) printJson({ type: "quote", ...quoted });
  else for (const line of quoteLines(quoted)) print(line);
  return 0;
}

/** With the history of the database, where there is one. */
async function quoteWith(db: string | undefined, request: QuoteRequest): Promise<Quote> {
  if (nothingYet(db)) return quoteText(request);
  const session = await openExisting(db);
  try {
    return await session.api.quote(request);
  } finally {
    await session.close();
  }
}
