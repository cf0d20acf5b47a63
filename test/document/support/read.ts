/** What the tests of documents share: one language, one registry, and the example of the format's reference. */
import { readFileSync } from "node:fs";
import { createRegistry } from "#activities/registry.ts";
import type { PipelineDefinition } from "#contract/definition.ts";
import type { ReadResult } from "#contract/engine-api.ts";
import { readDocument } from "#document/read-document.ts";
import { createExpressionLanguage } from "#expression/expression.ts";

const registry = createRegistry();
const language = createExpressionLanguage();

export function read(text: string, file?: string): ReadResult {
  return readDocument(text, { registry, language, file });
}

export function definitionOf(text: string): PipelineDefinition {
  const { definition, problems } = read(text);
  if (!definition) throw new Error(`unreadable: ${JSON.stringify(problems)}`);
  return definition;
}

/** `1:5 CODE path`, errors first: what a problem is, without its words. */
export function shortly(result: ReadResult): string[] {
  return result.problems.map(({ place, code, path, severity }) =>
    `${place?.line}:${place?.column} ${severity === "warning" ? "warning " : ""}${code} ${path}`.trim(),
  );
}

/** The full example of the file format: every key once, comments and all. */
export const FORMAT_EXAMPLE = readFileSync(
  new URL("./format-example.layerloom.yaml", import.meta.url),
  "utf8",
);
