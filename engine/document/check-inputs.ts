/** Owns the declared inputs of a file: a default is of the type that it stands for. */
import type { InputDefinition, PipelineDefinition } from "#contract/definition.ts";
import type { Json } from "#contract/json.ts";
import type { Report } from "./source-tree.ts";

export function checkInputs(definition: PipelineDefinition, report: Report): void {
  for (const [name, input] of Object.entries(definition.inputs ?? {})) {
    if (input.default === undefined || input.type === undefined || fits(input.default, input.type)) continue;
    report({
      code: "INVALID_VALUE",
      message: `the default of "${name}" is no ${input.type}`,
      hint: `write a default of type ${input.type}, or change the type`,
      path: `inputs.${name}.default`,
    });
  }
}

export function fits(value: Json, type: NonNullable<InputDefinition["type"]>): boolean {
  switch (type) {
    case "any":
      return true;
    case "array":
      return Array.isArray(value);
    case "integer":
      return Number.isInteger(value);
    case "object":
      return typeof value === "object" && value !== null && !Array.isArray(value);
    default:
      return typeof value === type;
  }
}
