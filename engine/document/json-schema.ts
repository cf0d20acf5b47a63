/**
 * Owns the JSON Schema of the file, for editors: made from the same zod schemas that reading uses, widened by the
 * shorthand, with the settings of each activity under `with`.
 */
import { z } from "zod";
import { definitionSchema, ID_PATTERN } from "#contract/definition.ts";
import type { Json, JsonObject } from "#contract/json.ts";
import type { ActivityRegistry } from "#ports/activity.ts";
import { PLANNED_ACTIVITIES } from "./check-support.ts";

type Schema = { [key: string]: Json };

export function pipelineJsonSchema(registry: ActivityRegistry): JsonObject {
  const schema = z.toJSONSchema(definitionSchema, {
    target: "draft-2020-12",
    reused: "inline",
    unrepresentable: "any",
  }) as Schema;
  const { $schema: _, ...rest } = schema;
  const properties = rest.properties as Schema;
  const nodes = properties.nodes as Schema;
  const edges = properties.edges as Schema;
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Layerloom pipeline",
    ...rest,
    required: ["layerloom", "name", "nodes"],
    properties: {
      ...properties,
      nodes: { ...nodes, additionalProperties: nodeSchema(nodes.additionalProperties as Schema, registry) },
      edges: { type: "array", items: { anyOf: [chainSchema(), edgeSchema(edges.items as Schema)] } },
    },
  };
}

function nodeSchema(node: Schema, registry: ActivityRegistry): JsonObject {
  const properties = node.properties as Schema;
  const infos = [...registry.values()].map((activity) => activity.info);
  return {
    ...node,
    properties: {
      ...properties,
      uses: {
        description: "The activity that the node runs",
        enum: [...infos.map((info) => info.name), ...PLANNED_ACTIVITIES].filter(
          (name, index, all) => all.indexOf(name) === index,
        ),
      },
    },
    allOf: infos.map((info) => ({
      if: { properties: { uses: { const: info.name } }, required: ["uses"] },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
      then: { properties: { with: { description: info.description, ...withExpressions(info.schema) } } },
    })),
  };
}

function chainSchema(): JsonObject {
  const id = ID_PATTERN.source.replace(/^\^|\$$/g, "");
  return {
    type: "string",
    pattern: `^\\s*${id}(\\s*->\\s*${id})+\\s*$`,
    description: "Flow edges in a row: a -> b -> c",
  };
}

function edgeSchema(edge: Schema): JsonObject {
  const properties = edge.properties as Schema;
  const on = properties.on as Schema;
  return {
    ...edge,
    required: ["from", "to"],
    properties: {
      ...properties,
      on: { anyOf: [on.items as Json, on], description: "Outcomes by which the edge is taken" },
      kind: {
        ...(properties.kind as Schema),
        description: "flow where on, when and else are missing, branch where one is there",
      },
    },
  };
}

const KEPT = ["title", "description", "default", "examples"];

/** The same schema where a text with an expression may stand in place of any value. */
function withExpressions(schema: Json, isRoot = true): { [key: string]: Json } {
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) return {};
  const source = schema as Schema;
  const inner: Schema = { ...source };
  delete inner.$schema;
  if (typeof source.properties === "object" && source.properties !== null) {
    inner.properties = Object.fromEntries(
      Object.entries(source.properties).map(([key, value]) => [key, withExpressions(value as Json, false)]),
    );
  }
  for (const key of ["items", "additionalProperties"]) {
    if (typeof source[key] === "object") inner[key] = withExpressions(source[key] as Json, false);
  }
  const isAny = !["type", "enum", "const", "anyOf", "oneOf", "allOf", "$ref", "not"].some(
    (key) => key in source,
  );
  const isFreeText =
    source.type === "string" && !("pattern" in source) && !("enum" in source) && !("format" in source);
  if (isRoot || isAny || isFreeText) return inner;
  const about = Object.fromEntries(KEPT.flatMap((key) => (key in inner ? [[key, inner[key] as Json]] : [])));
  for (const key of KEPT) delete inner[key];
  return { ...about, anyOf: [inner, { type: "string", pattern: "\\$\\{\\{[\\s\\S]*\\}\\}" }] };
}
