/** Owns the settings that a loop or a try after a failure of quality replaces: are they there, do their values fit. */
import type { PipelineDefinition } from "#contract/definition.ts";
import type { Json } from "#contract/json.ts";
import type { ActivityRegistry } from "#ports/activity.ts";
import { type ReportIssues, settingsIssues } from "./check-activities.ts";
import type { Report } from "./source-tree.ts";

export function checkAdjust(
  definition: PipelineDefinition,
  registry: ActivityRegistry,
  report: Report,
  reportIssues: ReportIssues,
): void {
  const check = (id: string, adjust: { readonly [key: string]: Json } | undefined, path: string): void => {
    const node = Object.hasOwn(definition.nodes, id) ? definition.nodes[id] : undefined;
    const activity = node && registry.get(node.uses);
    if (adjust === undefined || activity === undefined) return;
    const { issues, keysAt } = settingsIssues({ ...node?.with, ...adjust }, activity);
    // What is wrong with the settings as they are written is said there.
    const own = issues.flatMap((issue) => {
      const keys = issue.keys?.filter((key) => key in adjust);
      if (issue.path.length === 0) return keys?.length ? [{ ...issue, keys }] : [];
      return String(issue.path[0]) in adjust ? [issue] : [];
    });
    reportIssues(own, adjust, path, keysAt);
  };
  if (definition.defaults?.retry?.adjust !== undefined) {
    report({
      code: "INVALID_VALUE",
      message: '"adjust" names settings of one activity, so it cannot stand under defaults',
      hint: "write it under retry of the node",
      path: "defaults.retry.adjust",
    });
  }
  for (const [id, node] of Object.entries(definition.nodes))
    check(id, node.retry?.adjust, `nodes.${id}.retry.adjust`);
  definition.edges.forEach((edge, index) => {
    if (edge.kind === "loop") check(edge.to, edge.adjust, `edges.${index}.adjust`);
  });
}
