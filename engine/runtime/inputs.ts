/** The inputs of a run against what the pipeline declares: defaults filled in, types checked, strangers refused. */
import type { InputDefinition, PipelineDefinition } from "#contract/definition.ts";
import { LayerloomError } from "#contract/errors.ts";
import type { Json, JsonObject } from "#contract/json.ts";

/** Throws MISSING_INPUT, UNKNOWN_INPUT or INVALID_INPUT, naming the input. */
export function resolveInputs(definition: PipelineDefinition, given: JsonObject): JsonObject {
  const declared = definition.inputs ?? {};
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(declared, name)) continue;
    const names = Object.keys(declared).join(", ");
    throw new LayerloomError("UNKNOWN_INPUT", `the pipeline has no input "${name}"`, {
      field: `inputs.${name}`,
      hint: names === "" ? "It takes no inputs." : `It takes: ${names}.`,
    });
  }
  const resolved: Record<string, Json> = {};
  for (const [name, input] of Object.entries(declared)) {
    const value = Object.hasOwn(given, name) ? given[name] : input.default;
    if (value === undefined) {
      if (input.required !== true) {
        resolved[name] = null;
        continue;
      }
      throw new LayerloomError("MISSING_INPUT", `the input "${name}" is required`, {
        field: `inputs.${name}`,
        hint: `Give it with --input ${name}=… or in the Run dialog.`,
      });
    }
    if (!isStorable(value) || !matches(value, input)) {
      throw new LayerloomError(
        "INVALID_INPUT",
        `the input "${name}" must be of type ${input.type ?? "any"}`,
        {
          field: `inputs.${name}`,
          hint: `It was given ${typeof value === "number" ? value : JSON.stringify(value).slice(0, 80)}.`,
        },
      );
    }
    resolved[name] = value;
  }
  return resolved;
}

/** JSON has no infinite numbers: what could not be read back is not let in. */
function isStorable(value: Json): boolean {
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || value === null) return true;
  return Object.values(value).every((item) => isStorable(item));
}

function matches(value: Json, input: InputDefinition): boolean {
  switch (input.type) {
    case "array":
      return Array.isArray(value);
    case "object":
      return typeof value === "object" && value !== null && !Array.isArray(value);
    case "integer":
      return Number.isInteger(value);
    case "string":
    case "number":
    case "boolean":
      return typeof value === input.type;
    default:
      return true;
  }
}
