/** Owns what is part of the format but not yet acted on, and may be left out without changing what runs. */
import type { PipelineDefinition } from "#contract/definition.ts";
import type { Report } from "./source-tree.ts";

const HARMLESS_NODE = ["priority", "resources"] as const;
const HARMLESS_PIPELINE = ["priority", "triggers"] as const;
/** Activities of the format that this version does not have. */
export const PLANNED_ACTIVITIES: ReadonlySet<string> = new Set([
  "shell",
  "mcp",
  "agent",
  "orchestrate",
  "sql",
  "git",
  "browser",
]);

export function checkSupport(definition: PipelineDefinition, report: Report): void {
  const warn = (path: string, key: string): void =>
    report({
      severity: "warning",
      code: "NOT_SUPPORTED_YET",
      message: `"${key}" has no effect in this version`,
      hint: "the pipeline runs without it",
      path,
    });
  for (const key of HARMLESS_PIPELINE) if (definition[key] !== undefined) warn(key, key);
  for (const [id, node] of Object.entries(definition.nodes)) {
    for (const key of HARMLESS_NODE) if (node[key] !== undefined) warn(`nodes.${id}.${key}`, key);
  }
}
