/** Reads what a command is given: the pipeline (a file or standard input) and the inputs of a run. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { InputDefinition, PipelineDefinition } from "#contract/definition.ts";
import { LayerloomError } from "#contract/errors.ts";
import type { Json, JsonObject } from "#contract/json.ts";

const STDIN = "<stdin>";

export type PipelineText = {
  readonly text: string;
  /** Absolute; undefined for standard input. */
  readonly file: string | undefined;
  /** As the person wrote it, for messages. */
  readonly shown: string;
};

export async function readPipeline(path: string): Promise<PipelineText> {
  if (path === "-") return { text: await readStandardInput(), file: undefined, shown: STDIN };
  return { text: readText(path), file: resolve(path), shown: path };
}

type Known = PipelineDefinition | undefined;

/** `--inputs FILE.json`, then each `--input name=value` over it. `pipeline` is what `readPipeline` was given. */
export async function readInputs(
  pairs: readonly string[],
  file: string | undefined,
  pipeline: string,
  definition: () => Known | Promise<Known>,
): Promise<JsonObject> {
  if (file === "-" && pipeline === "-") {
    throw new LayerloomError("BAD_USAGE", "Standard input cannot be both the pipeline and its inputs.", {
      hint: "Give one of them as a file.",
    });
  }
  const base = file === undefined ? {} : await readJsonFile(file);
  return pairs.length === 0 ? base : mergePairs(base, pairs, await definition());
}

/** The value of an option that takes JSON. */
export function readJsonOption(name: string, text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw new LayerloomError("BAD_USAGE", `${name} is not JSON.`, {
      hint: `A text needs quotes: ${name} '"${text}"'`,
      cause,
    });
  }
}

function mergePairs(base: JsonObject, pairs: readonly string[], definition: Known): JsonObject {
  const declared = definition?.inputs ?? {};
  const values: [string, Json][] = Object.entries(base);
  for (const pair of pairs) {
    const at = pair.indexOf("=");
    if (at < 1) {
      throw new LayerloomError("BAD_USAGE", `An input is name=value, and ${JSON.stringify(pair)} is not.`, {
        hint: 'For example: --input threshold=0.9 --input \'names=["a","b"]\'',
      });
    }
    const name = pair.slice(0, at);
    values.push([
      name,
      typedValue(pair.slice(at + 1), Object.hasOwn(declared, name) ? declared[name] : undefined),
    ]);
  }
  // Not by assignment: `__proto__` is a name like any other.
  return Object.fromEntries(values);
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

async function readJsonFile(path: string): Promise<JsonObject> {
  const shown = path === "-" ? STDIN : path;
  const text = path === "-" ? await readStandardInput() : readText(path);
  const hint = 'It holds one object, name by name: {"threshold": 0.9, "names": ["a", "b"]}';
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\ufeff/, ""));
  } catch (cause) {
    throw new LayerloomError("INVALID_INPUT", `${shown} is not JSON: ${messageOf(cause)}`, { hint, cause });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new LayerloomError("INVALID_INPUT", `${shown} must hold one JSON object: names and values.`, {
      hint,
    });
  }
  return value as JsonObject;
}

async function readStandardInput(): Promise<string> {
  const { buffer } = await import("node:stream/consumers");
  return decoded(await buffer(process.stdin), STDIN);
}

function readText(path: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    const code = codeOf(cause);
    if (code === "ENOENT") {
      throw new LayerloomError("FILE_NOT_FOUND", `There is no file ${path}.`, {
        hint: "Paths are relative to where you stand; - means standard input.",
        cause,
      });
    }
    const hint =
      code === "EISDIR"
        ? "It is a folder: name a file in it."
        : "Check that it is a file which you may read.";
    throw new LayerloomError("FILE_UNREADABLE", `${path} cannot be read: ${messageOf(cause)}`, {
      hint,
      cause,
    });
  }
  return decoded(bytes, path);
}

/** What is no text must not become one with other characters in it. A byte order mark is left to the reader. */
function decoded(bytes: Uint8Array, shown: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new LayerloomError("FILE_UNREADABLE", `${shown} is not valid UTF-8.`, {
      hint: "Save it as text in UTF-8.",
      cause,
    });
  }
}

function codeOf(thrown: unknown): unknown {
  return thrown instanceof Error && "code" in thrown ? thrown.code : undefined;
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
