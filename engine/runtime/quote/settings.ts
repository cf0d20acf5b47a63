/** What of a node's settings is known before a run: expressions that read nothing but given inputs and the purpose. */
import type { PipelineDefinition } from "#contract/definition.ts";
import type { Json, JsonObject } from "#contract/json.ts";
import type { ExpressionLanguage, Scope } from "#ports/expression.ts";
import { resolveInputs } from "#runtime/inputs.ts";

const KNOWN_NAMES: ReadonlySet<string> = new Set(["inputs", "purpose"]);

export class KnownSettings {
  readonly #language: ExpressionLanguage;
  readonly #scope: Scope;
  readonly #missing: ReadonlySet<string>;

  /** A required input may still be missing; `open`: inputs of which only the run knows the value. Throws UNKNOWN_INPUT and INVALID_INPUT as a run does. */
  constructor(
    definition: PipelineDefinition,
    given: JsonObject,
    language: ExpressionLanguage,
    open: ReadonlySet<string> = new Set(),
  ) {
    const declared = Object.entries(definition.inputs ?? {});
    const inputs = Object.fromEntries(declared.map(([name, input]) => [name, { ...input, required: false }]));
    this.#language = language;
    this.#missing = new Set(
      declared.flatMap(([name, { default: usual }]) =>
        open.has(name) || (usual === undefined && !Object.hasOwn(given, name)) ? [name] : [],
      ),
    );
    this.#scope = {
      inputs: resolveInputs({ ...definition, inputs }, given),
      purpose: definition.purpose ?? "",
    };
  }

  /** The value with each text replaced that can be worked out; the others stay as they are written. */
  settle(value: Json): Json {
    if (typeof value === "string") return value.includes("${{") ? this.#text(value) : value;
    if (Array.isArray(value)) return value.map((item: Json) => this.settle(item));
    return typeof value === "object" && value !== null ? this.settleObject(value as JsonObject) : value;
  }

  settleObject(value: JsonObject): JsonObject {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.settle(item)]));
  }

  #text(text: string): Json {
    try {
      const template = this.#language.compileTemplate(text);
      const isKnown = template.expressions.every(({ expression: { reads } }) =>
        [
          reads.nodes.length === 0 && reads.memory.length === 0,
          reads.inputs.every((name) => !this.#missing.has(name)),
          reads.names.every((name) => KNOWN_NAMES.has(name)),
        ].every(Boolean),
      );
      return isKnown ? template.evaluate(this.#scope) : text;
    } catch {
      // It fails with these inputs, and so will the node; that is not for a quote to say.
      return text;
    }
  }
}
