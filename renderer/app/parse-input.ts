/** What a person typed into an input's field, as a JSON value of the input's type. */
import type { InputDefinition } from "#contract/definition.ts";
import type { Json } from "#contract/json.ts";
import type { MessageKey } from "#renderer/i18n/i18n.ts";

export type Parsed = { readonly value: Json | undefined } | { readonly error: MessageKey };

/** What was typed, as the input's type wants it. Nothing typed: left out, so that the default holds. */
export function parseInput(text: string, input: InputDefinition): Parsed {
  if (text.trim() === "") {
    return input.required && input.default === undefined
      ? { error: "dialog.inputs.missing" }
      : { value: undefined };
  }
  if (input.type === "string") return { value: text };
  if (input.type === "number" || input.type === "integer") {
    const value = Number(text);
    const fits = Number.isFinite(value) && (input.type === "number" || Number.isInteger(value));
    return fits ? { value } : { error: "dialog.inputs.badNumber" };
  }
  try {
    return { value: JSON.parse(text) as Json };
  } catch {
    return input.type === undefined || input.type === "any"
      ? { value: text }
      : { error: "dialog.inputs.badJson" };
  }
}
