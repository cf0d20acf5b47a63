/** Owns what makes no sense in `breaker:`: a rest of no length, a name that is an expression, a node that calls nobody. */
import type { PipelineDefinition } from "#contract/definition.ts";
import { parseDuration } from "#contract/duration.ts";
import type { ActivityRegistry } from "#ports/activity.ts";
import type { Report } from "./source-tree.ts";

export function checkBreakers(
  definition: PipelineDefinition,
  registry: ActivityRegistry,
  report: Report,
): void {
  for (const [id, { breaker, uses }] of Object.entries(definition.nodes)) {
    if (breaker === undefined || breaker === false) continue;
    const path = `nodes.${id}.breaker`;
    if (breaker.cooldown !== undefined && parseDuration(breaker.cooldown) === 0) {
      report({
        code: "INVALID_VALUE",
        message: "a rest of no length is no rest",
        hint: "give cooldown a length such as 5m, or write `breaker: false`",
        path: `${path}.cooldown`,
      });
    }
    if (breaker.service?.includes("${{")) {
      report({
        code: "INVALID_VALUE",
        message: "the service of a breaker is a name, not an expression",
        hint: "write a name; left out, the model or the host of each call is meant",
        path: `${path}.service`,
      });
    }
    if (registry.get(uses)?.info.pure) {
      report({
        severity: "warning",
        code: "INVALID_VALUE",
        message: `"breaker" has no effect on "${uses}": it calls no service`,
        hint: "take it out",
        path,
      });
    }
  }
}
