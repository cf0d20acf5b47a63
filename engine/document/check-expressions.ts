/**
 * Owns the expressions of a file: each compiles, and each name in it is one that is there. What a node may read of
 * others is left to check-reads.
 */

import type { NodeDefinition, PipelineDefinition } from "#contract/definition.ts";
import { LayerloomError, type Place } from "#contract/errors.ts";
import type { Json, JsonObject } from "#contract/json.ts";
import type { ActivityRegistry } from "#ports/activity.ts";
import type { Expression, ExpressionLanguage } from "#ports/expression.ts";
import { suggest } from "./nearest.ts";
import type { Report } from "./source-tree.ts";

/** `reader` reads the output of `read`; `after`: once the reader itself has finished (conditions of its edges). */
export type NodeRead = {
  readonly reader: string;
  readonly read: string;
  readonly after: boolean;
  readonly path: string;
};

const NAMES = ["inputs", "nodes", "loop", "memory", "run", "purpose", "error"];
const LITERAL_REUSE = new Set(["last", "none"]);

type Use = {
  readonly path: string;
  readonly names?: readonly string[];
  readonly reader?: string;
  readonly after?: boolean;
  /** The names that the activity gives, when it evaluates the expression itself. */
  readonly given?: readonly string[];
};
/** Where in the file a place within the text of a value lies. */
export type PlaceInText = (path: string, inner: Place) => Place | undefined;

export class ExpressionCheck {
  readonly reads: NodeRead[] = [];
  /** Nodes whose activity itself evaluates a setting that reads more than its activity gives it. */
  readonly readsWhileRunning = new Set<string>();
  readonly #definition: PipelineDefinition;
  readonly #language: ExpressionLanguage;
  readonly #report: Report;
  readonly #placeInText: PlaceInText;
  readonly #inputs: readonly string[];

  constructor(
    definition: PipelineDefinition,
    language: ExpressionLanguage,
    report: Report,
    placeInText: PlaceInText,
  ) {
    this.#definition = definition;
    this.#language = language;
    this.#report = report;
    this.#placeInText = placeInText;
    this.#inputs = Object.keys(definition.inputs ?? {});
  }

  run(registry: ActivityRegistry): void {
    const { nodes, edges, output } = this.#definition;
    for (const [id, node] of Object.entries(nodes)) {
      const path = `nodes.${id}`;
      const names = node.forEach === undefined ? [] : ["item", "index"];
      const fields = registry.get(node.uses)?.expressions ?? [];
      this.#settings(settingsToRead(node), `${path}.with`, { reader: id, names, path }, fields);
      const adjust = { reader: id, names: [...names, "attempt"], path: `${path}.retry.adjust` };
      this.#settings(node.retry?.adjust, adjust.path, adjust, fields);
      node.fallback?.forEach((link, index) => {
        if (typeof link === "string") return;
        this.#template(link.template, { path: `${path}.fallback.${index}.template`, reader: id, names });
      });
      if (node.forEach !== undefined) this.#template(node.forEach, { path: `${path}.forEach`, reader: id });
      if (node.cache?.key !== undefined)
        this.#template(node.cache.key, { path: `${path}.cache.key`, reader: id });
      if (node.default !== undefined) this.#template(node.default, { path: `${path}.default`, reader: id });
      if (!node.skip) continue;
      this.#bare(node.skip.when, { path: `${path}.skip.when`, reader: id });
      this.#reuse(node.skip.reuse, { path: `${path}.skip.reuse`, reader: id });
    }
    edges.forEach((edge, index) => {
      const use = (field: string): Use => ({
        path: `edges.${index}.${field}`,
        reader: edge.from,
        after: true,
      });
      if (edge.when !== undefined) this.#bare(edge.when, use("when"));
      if (edge.feedback !== undefined) this.#template(edge.feedback, use("feedback"));
      const target = Object.hasOwn(nodes, edge.to) ? nodes[edge.to]?.uses : undefined;
      const fields = registry.get(target ?? "")?.expressions ?? [];
      this.#settings(edge.adjust, `edges.${index}.adjust`, use("adjust"), fields);
      this.#reuse(edge.reuse, use("reuse"));
    });
    if (output !== undefined) this.#template(output, { path: "output" });
  }

  #settings(
    settings: Json | undefined,
    path: string,
    use: Use,
    fields: readonly { readonly path: string; readonly names?: readonly string[] }[],
  ): void {
    if (settings === undefined) return;
    const visit = (value: Json, at: string, pattern: string): void => {
      if (typeof value === "string") {
        const field = fields.find((item) => item.path === pattern);
        if (field && !value.includes("${{"))
          this.#bare(value, {
            ...use,
            path: at,
            names: [...(use.names ?? []), ...(field.names ?? [])],
            given: field.names ?? [],
          });
        else this.#text(value, { ...use, path: at });
      } else if (Array.isArray(value)) {
        value.forEach((item: Json, index) => {
          visit(item, `${at}.${index}`, `${pattern}[]`);
        });
      } else if (typeof value === "object" && value !== null) {
        for (const [key, item] of Object.entries(value))
          visit(item as Json, `${at}.${key}`, pattern === "" ? key : `${pattern}.${key}`);
      }
    };
    visit(settings, path, "");
  }

  #template(value: Json, use: Use): void {
    this.#settings(value, use.path, use, []);
  }

  #reuse(reuse: string | undefined, use: Use): void {
    if (reuse === undefined || LITERAL_REUSE.has(reuse)) return;
    if (reuse.includes("${{")) {
      this.#text(reuse, use);
      return;
    }
    this.#report({
      code: "INVALID_VALUE",
      message: `"reuse" cannot be "${reuse}"`,
      hint: "write last, none or an expression in ${{ }}",
      path: use.path,
    });
  }

  #text(text: string, use: Use): void {
    if (!text.includes("${{")) return;
    this.#guard(use, () => {
      for (const { expression } of this.#language.compileTemplate(text).expressions)
        this.#names(expression, use);
    });
  }

  #bare(source: string, use: Use): void {
    if (source.includes("${{")) {
      this.#report({
        code: "EXPRESSION_SYNTAX",
        message: "a condition is written without ${{ }}",
        hint: "take ${{ and }} away",
        path: use.path,
      });
      return;
    }
    this.#guard(use, () => {
      const expression = this.#language.compile(source);
      this.#names(expression, use);
      if (expression.type === "bool" || expression.type === "dyn") return;
      throw new LayerloomError(
        "EXPRESSION_TYPE",
        `a condition yields true or false, not ${typeWords(expression.type)}: ${clip(source)}`,
        { hint: "compare the value with something" },
      );
    });
  }

  #guard(use: Use, work: () => void): void {
    try {
      work();
    } catch (thrown) {
      if (!(thrown instanceof LayerloomError)) throw thrown;
      const { code, message, hint } = thrown;
      const place = thrown.place && this.#placeInText(use.path, thrown.place);
      this.#report({
        code,
        message,
        hint: hint ?? "see the list of functions",
        path: use.path,
        ...(place ? { place } : {}),
      });
    }
  }

  #names(expression: Expression, use: Use): void {
    const { reads } = expression;
    const known = [...NAMES, ...(use.names ?? [])];
    if (use.given && use.reader !== undefined && reads.names.some((name) => !use.given?.includes(name)))
      this.readsWhileRunning.add(use.reader);
    for (const name of reads.names) {
      if (known.includes(name)) continue;
      const hint =
        name === "item" || (name === "index" && !this.#inputs.includes(name))
          ? `${name} is there only in a node with forEach`
          : this.#inputs.includes(name)
            ? `write inputs.${name}`
            : Object.hasOwn(this.#definition.nodes, name)
              ? `write nodes.${name}.output`
              : suggest(name, known, "names that are known here");
      this.#report({
        code: "UNKNOWN_NAME",
        message: `unknown name "${name}" in: ${clip(expression.source)}`,
        hint,
        path: use.path,
      });
    }
    for (const name of reads.inputs) {
      if (this.#inputs.includes(name)) continue;
      const hint = () =>
        this.#inputs.length === 0
          ? `declare it under inputs: ${name}: { type: … }`
          : suggest(name, this.#inputs, "declared inputs");
      this.#report({
        code: "UNKNOWN_NAME",
        message: `there is no input "${name}" (in: ${clip(expression.source)})`,
        hint,
        path: use.path,
      });
    }
    for (const id of reads.nodes) {
      if (!Object.hasOwn(this.#definition.nodes, id)) {
        const hint = () => suggest(id, Object.keys(this.#definition.nodes), "nodes of this pipeline");
        this.#report({
          code: "UNKNOWN_NODE",
          message: `there is no node "${id}" (in: ${clip(expression.source)})`,
          hint,
          path: use.path,
        });
      } else if (use.reader !== undefined) {
        this.reads.push({ reader: use.reader, read: id, after: use.after ?? false, path: use.path });
      }
    }
  }
}

function typeWords(type: string): string {
  if (type === "int" || type === "double") return "a number";
  if (type === "string") return "a text";
  if (type.startsWith("list")) return "a list";
  if (type.startsWith("map")) return "an object";
  return type === "google.protobuf.Duration" ? "a duration" : type;
}

/** A pipeline that is written in place has names of its own. */
function settingsToRead({ uses, with: settings }: NodeDefinition): JsonObject | undefined {
  if (uses !== "pipeline" || settings === undefined) return settings;
  const { pipeline: _, ...rest } = settings;
  return rest;
}

function clip(source: string): string {
  return source.length > 80 ? `${source.slice(0, 80)}…` : source;
}
