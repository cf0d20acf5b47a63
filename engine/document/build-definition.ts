/**
 * Owns the step from a tree to a definition: shorthand is expanded, each part is held against its schema on its own,
 * and a part that does not fit is reported and left out, so that the rest can still be drawn.
 */
import {
  definitionSchema,
  type EdgeDefinition,
  edgeSchema,
  ID_PATTERN,
  inputSchema,
  type NodeDefinition,
  nodeSchema,
  type PipelineDefinition,
} from "#contract/definition.ts";
import type { Json } from "#contract/json.ts";
import { Findings } from "./findings.ts";
import { impliedEdges } from "./next-edges.ts";
import { keysOf, schemaAt } from "./schema-paths.ts";
import { badName, expandEdge, splitChain } from "./shorthand.ts";
import { childOf, entryOf, type Report, type SourceNode, toValue } from "./source-tree.ts";
import type { Issue } from "./zod-problems.ts";

type Schema = {
  safeParse(value: unknown): {
    readonly success: boolean;
    readonly data?: unknown;
    readonly error?: { readonly issues: readonly unknown[] };
  };
};

/** Where an edge of the definition comes from: an item of the list (-1: a candidate of `next:`), and the step within a chain. */
export type EdgeOrigin = { readonly item: number; readonly node: SourceNode; readonly start: number };
export type Built = { readonly definition: PipelineDefinition; readonly origins: readonly EdgeOrigin[] };

const PARTS = definitionSchema.shape;
const TOP_KEYS = Object.keys(PARTS);

export class DefinitionBuilder {
  readonly #report: Report;
  readonly #findings: Findings;
  readonly #origins: EdgeOrigin[] = [];

  constructor(report: Report) {
    this.#report = report;
    this.#findings = new Findings(report);
  }

  build(root: SourceNode): Built | undefined {
    if (root.kind !== "map") {
      this.#report({
        code: "INVALID_PIPELINE",
        message: "a pipeline is a map of keys: layerloom, name, nodes, edges",
        hint: "begin with `layerloom: 1`",
        path: "",
        offset: root.start,
      });
      return undefined;
    }
    const parts: Record<string, unknown> = {};
    for (const { key, keyStart, node } of root.entries) {
      if (!TOP_KEYS.includes(key)) {
        this.#findings.unknownKey(key, key, keyStart, TOP_KEYS);
      } else if (key === "nodes") {
        parts.nodes = this.#record(node, "nodes", (child, path) => this.#node(child, path));
      } else if (key === "edges") {
        parts.edges = this.#edges(node);
      } else if (key === "inputs") {
        parts.inputs = this.#record(
          node,
          "inputs",
          (child, path) => this.#part(child, path, inputSchema) ?? {},
        );
      } else if (key === "layout") {
        parts.layout = this.#record(node, "layout", (child, path) =>
          this.#part(child, path, PARTS.layout.unwrap().valueType),
        );
      } else {
        const value = key === "layerloom" ? this.#version(node) : this.#part(node, key, PARTS[key as "name"]);
        if (value !== undefined) parts[key] = value;
      }
    }
    for (const key of ["layerloom", "name", "nodes"]) {
      if (entryOf(root, key)) continue;
      this.#report({
        code: "MISSING_VALUE",
        message: `"${key}" is missing`,
        hint:
          key === "layerloom"
            ? "begin the file with `layerloom: 1`"
            : key === "name"
              ? "give the pipeline a name"
              : "add nodes",
        path: key,
        offset: root.start,
      });
    }
    const definition: PipelineDefinition = {
      layerloom: 1,
      name: "untitled",
      nodes: {},
      edges: [],
      ...parts,
    } as PipelineDefinition;
    const implied = impliedEdges(definition, definition.edges);
    for (const { edge, place } of implied) {
      const list = entryOf(entryOf(entryOf(root, "nodes")?.node, edge.from)?.node, "next")?.node;
      const node = childOf(list, place) ?? root;
      this.#origins.push({ item: -1, node, start: node.start });
    }
    if (implied.length > 0) definition.edges = [...definition.edges, ...implied.map(({ edge }) => edge)];
    return { definition, origins: this.#origins };
  }

  #version(node: SourceNode): unknown {
    const value = toValue(node);
    if (value === 1) return 1;
    this.#report({
      code: "UNSUPPORTED_VERSION",
      message: `format version ${JSON.stringify(value)} is not known here`,
      hint:
        typeof value === "number" && value > 1 ? "this file needs a newer Layerloom" : "write `layerloom: 1`",
      path: "layerloom",
      offset: node.start,
    });
    return undefined;
  }

  #record<T>(
    node: SourceNode,
    name: string,
    read: (child: SourceNode, path: string) => T | undefined,
  ): Record<string, T> {
    const record: Record<string, T> = {};
    if (node.kind !== "map") {
      // `nodes:` with nothing under it is an empty map.
      if (node.kind !== "scalar" || node.value !== null) this.#findings.wrongKind(name, node, "a map of ids");
      return record;
    }
    for (const { key, keyStart, node: child } of node.entries) {
      const path = `${name}.${key}`;
      if (!ID_PATTERN.test(key)) {
        this.#findings.invalidId(key, path, keyStart);
        continue;
      }
      const value = read(child, path);
      if (value !== undefined) record[key] = value;
    }
    return record;
  }

  /** A node keeps what is right in it; one that is no map at all is left out. */
  #node(node: SourceNode, path: string): NodeDefinition | undefined {
    if (node.kind !== "map") {
      this.#findings.wrongKind(path, node, "a map that says what it `uses`");
      return undefined;
    }
    const value = this.#part(node, path, nodeSchema) as NodeDefinition | undefined;
    return value && { ...value, uses: value.uses ?? "" };
  }

  #edges(node: SourceNode): EdgeDefinition[] {
    const edges: EdgeDefinition[] = [];
    if (node.kind !== "list") {
      if (node.kind !== "scalar" || node.value !== null) this.#findings.wrongKind("edges", node, "a list");
      return edges;
    }
    node.items.forEach((child, item) => {
      const add = (edge: EdgeDefinition, start: number): void => {
        edges.push(edge);
        this.#origins.push({ item, node: child, start });
      };
      if (child.kind === "map") {
        const raw = expandEdge(toValue(child) as { readonly [key: string]: Json });
        const edge = this.#part(child, `edges.${edges.length}`, edgeSchema, raw) as
          | EdgeDefinition
          | undefined;
        if (edge?.from !== undefined && edge.to !== undefined && edge.kind !== undefined)
          add(edge, child.start);
        return;
      }
      this.#chain(child, `edges.${edges.length}`, add);
    });
    return edges;
  }

  #chain(node: SourceNode, path: string, add: (edge: EdgeDefinition, start: number) => void): void {
    const text = node.kind === "scalar" && typeof node.value === "string" ? node.value : undefined;
    const names = text === undefined ? undefined : splitChain(text);
    if (!names) {
      const message = text === undefined ? "an edge cannot be this" : `"${text}" is no chain of nodes`;
      this.#report({
        code: "INVALID_EDGE",
        message,
        hint: "write `a -> b` or `{ from: a, to: b }`",
        path,
        offset: node.start,
      });
      return;
    }
    const bad = badName(names);
    if (bad !== undefined) {
      this.#findings.invalidId(bad, path, node.start);
      return;
    }
    for (let i = 0; i + 1 < names.length; i++)
      add({ from: names[i]!, to: names[i + 1]!, kind: "flow" }, node.start);
  }

  /** The value if it fits; a map without the fields that do not fit; undefined when nothing is left of it. */
  #part(node: SourceNode, path: string, schema: Schema, expanded?: Json): unknown {
    const value = expanded ?? toValue(node);
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    const issues = (result.error?.issues ?? []) as readonly Issue[];
    this.#findings.issues(issues, value, node, path, (at) =>
      at.length === 0 ? keysOf(schema) : keysOf(schemaAt(schema, at)),
    );
    if (node.kind !== "map") return undefined;
    const bad = new Set(
      issues.flatMap((issue) =>
        issue.code === "unrecognized_keys" && issue.path.length === 0
          ? (issue.keys ?? [])
          : [String(issue.path[0])],
      ),
    );
    return Object.fromEntries(Object.entries(value as object).filter(([key]) => !bad.has(key)));
  }
}
