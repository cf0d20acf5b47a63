/** Owns what makes no sense of nodes that are done by child runs, as far as the file alone tells. */
import type { NodeDefinition, PipelineDefinition } from "#contract/definition.ts";
import type { Report } from "./source-tree.ts";

const ONE_EXPRESSION = /^\s*\$\{\{(?:(?!\}\}).)*\}\}\s*$/s;

export function checkChildren(definition: PipelineDefinition, report: Report): void {
  for (const [id, node] of Object.entries(definition.nodes)) {
    if (node.uses === "pipeline") refuseTries(id, node, report);
    if (node.forEach === undefined) refuseLonely(id, node, report);
    else if (typeof node.forEach === "string" && !ONE_EXPRESSION.test(node.forEach)) {
      report({
        code: "INVALID_VALUE",
        message: `forEach must be a list, and "${node.forEach}" is a text`,
        hint: "write a list, or one expression that gives one: ${{ inputs.customers }}",
        path: `nodes.${id}.forEach`,
      });
    }
  }
}

/** What a sub-pipeline tries again, and how long, is said by its own nodes. */
function refuseTries(id: string, node: NodeDefinition, report: Report): void {
  for (const key of ["retry", "timeout", "fallback", "breaker", "failures"] as const) {
    if (node[key] === undefined) continue;
    report({
      code: "INVALID_VALUE",
      message: `"${key}" belongs to the nodes of the sub-pipeline`,
      hint: "write it there; this node may have a default or an error edge",
      path: `nodes.${id}.${key}`,
    });
  }
}

/** What says something about items where there are none. */
function refuseLonely(id: string, node: NodeDefinition, report: Report): void {
  for (const key of ["maxConcurrent", "onItemError"] as const) {
    if (node[key] === undefined) continue;
    report({
      code: "INVALID_VALUE",
      message: `"${key}" belongs to "forEach", which this node does not have`,
      hint: `give the node a list by forEach, or take "${key}" away`,
      path: `nodes.${id}.${key}`,
    });
  }
}
