/** Reads what a command is given: the pipeline (a file or standard input) and the inputs of a run. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { InputDefinition, PipelineDefinition } from "#contract/definition.ts";
import { LayerloomError } from "#contract/errors.ts";
import type { Json, JsonObject } from "#contract/json.ts";

export type PipelineText = {
  readonly text: string;
  /** Absolute; undefined for standard input. */
  readonly file: string | undefined;
  /** As the person wrote it, for messages. */
  readonly shown: string;
};

export async function readPipeline(path: string): Promise<PipelineText> {
  if (path === "-") {
    const { text } = await import("node:stream/consumers");
    return { text: await text(process.stdin), file: undefined, shown: "<stdin>" };
  }
  return { text: readText(path), file: resolve(path), shown: path };
}

/** `--inputs FILE.json`, then each `--input name=value` over it. */
export function readInputs(
  pairs: readonly string[],
  file: string | undefined,
  definition: () => Promise<PipelineDefinition | undefined>,
): Promise<JsonObject> {
  return mergePairs(file === undefined ? {} : readJsonFile(file), pairs, definition);
}

async function mergePairs(
  base: JsonObject,
  pairs: readonly string[],
  definition: () => Promise<PipelineDefinition | undefined>,
): Promise<JsonObject> {
  if (pairs.length === 0) return base;
  const declared = (await definition())?.inputs ?? {};
  const values: Record<string, Json> = { ...base };
  for (const pair of pairs) {
    const at = pair.indexOf("=");
    if (at < 1) {
      throw new LayerloomError("BAD_USAGE", `An input is name=value, and ${JSON.stringify(pair)} is not.`, {
        hint: 'For example: --input threshold=0.9 --input \'names=["a","b"]\'',
      });
    }
    const name = pair.slice(0, at);
    values[name] = typedValue(pair.slice(at + 1), declared[name]);
  }
  return values;
}

/** JSON where it parses, text where it does not; what the pipeline calls a string stays as it was typed. */
function typedValue(text: string, input: InputDefinition | undefined): Json {
  if (input?.type === "string") return text;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

function readJsonFile(path: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(readText(path));
  } catch (thrown) {
    if (thrown instanceof LayerloomError) throw thrown;
    throw new LayerloomError("INVALID_INPUT", `${path} is not JSON: ${messageOf(thrown)}`, { cause: thrown });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new LayerloomError("INVALID_INPUT", `${path} must hold one JSON object: names and values.`);
  }
  return value as JsonObject;
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (thrown) {
    const missing = thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT";
    if (missing) {
      throw new LayerloomError("FILE_NOT_FOUND", `There is no file ${path}.`, {
        hint: "Paths are relative to where you stand; - means standard input.",
        cause: thrown,
      });
    }
    throw new LayerloomError("FILE_UNREADABLE", `${path} cannot be read: ${messageOf(thrown)}`, {
      cause: thrown,
    });
  }
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
