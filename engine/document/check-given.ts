/** Owns what a node gives its sub-pipeline, as far as it is written down: names against those that are declared. */
import type { PipelineDefinition } from "#contract/definition.ts";
import type { ErrorCode } from "#contract/errors.ts";
import type { Json } from "#contract/json.ts";
import { fits } from "./check-inputs.ts";

/** `at`: the field of the node that it is about. */
export type Finding = {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string;
  readonly at: string;
};

/** `given`: as the file has it, expressions and all. The first finding, in the words of the run. */
export function checkGiven(sub: PipelineDefinition, given: Json | undefined): Finding | undefined {
  // One expression for all of them: only the run knows.
  if (typeof given === "string") return undefined;
  if (given === null || Array.isArray(given)) {
    return {
      code: "INVALID_VALUE",
      message: "inputs must be an object: names and values",
      hint: "write them name by name: { customer: Ada }",
      at: "with.inputs",
    };
  }
  const declared = sub.inputs ?? {};
  const values: ReadonlyMap<string, Json | undefined> = new Map(Object.entries(given ?? {}));
  for (const name of values.keys()) {
    if (Object.hasOwn(declared, name)) continue;
    const names = Object.keys(declared).join(", ");
    return {
      code: "UNKNOWN_INPUT",
      message: `the pipeline has no input "${name}"`,
      hint: names === "" ? "it takes no inputs" : `it takes: ${names}`,
      at: `with.inputs.${name}`,
    };
  }
  for (const [name, input] of Object.entries(declared)) {
    const value = values.get(name) ?? input.default;
    if (value === undefined) {
      if (input.required !== true) continue;
      return {
        code: "MISSING_INPUT",
        message: `the input "${name}" is required`,
        hint: `give it under inputs: { ${name}: … }`,
        at: given === undefined ? "with.path" : "with.inputs",
      };
    }
    if (hasExpression(value) || input.type === undefined || fits(value, input.type)) continue;
    return {
      code: "INVALID_INPUT",
      message: `the input "${name}" must be of type ${input.type}`,
      hint: `write a value of type ${input.type}, or an expression that gives one`,
      at: `with.inputs.${name}`,
    };
  }
  return undefined;
}

function hasExpression(value: Json): boolean {
  return typeof value === "string" && value.includes("${{");
}
