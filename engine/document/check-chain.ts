/** Owns what makes no sense in a fallback chain: links in an order that never comes to them, models for what asks none. */
import type { FallbackDefinition, PipelineDefinition } from "#contract/definition.ts";
import { HUMAN_LINK } from "#core/chain.ts";
import type { ActivityRegistry } from "#ports/activity.ts";
import { nearest } from "./nearest.ts";
import type { Report } from "./source-tree.ts";

export function checkChains(
  definition: PipelineDefinition,
  registry: ActivityRegistry,
  report: Report,
): void {
  for (const [id, node] of Object.entries(definition.nodes)) {
    const activity = registry.get(node.uses);
    if (node.fallback === undefined || activity === undefined) continue;
    const model = activity.models === undefined ? undefined : node.with?.model;
    const before: FallbackDefinition[] = typeof model === "string" ? [model] : [];
    node.fallback.forEach((link, index) => {
      const refuse = (message: string, hint: string): void =>
        report({ code: "INVALID_VALUE", message, hint, path: `nodes.${id}.fallback.${index}` });
      const known = activity.models?.() ?? [];
      const wrong = orderProblem(before, link);
      if (wrong !== undefined) refuse(wrong, "the order is models, then one template, then human");
      else if (typeof link === "string" && link !== HUMAN_LINK && activity.models === undefined)
        refuse(
          `a ${node.uses} node asks no model, so "${link}" cannot take over`,
          "write { template: … } or human: only llm and simulate nodes have models",
        );
      else if (typeof link === "string") doubt(link, known, `nodes.${id}.fallback.${index}`, report);
      before.push(link);
    });
  }
}

function orderProblem(before: readonly FallbackDefinition[], link: FallbackDefinition): string | undefined {
  if (before.includes(HUMAN_LINK)) return "nothing comes after human: a person is never given up";
  const hasTemplate = before.some((earlier) => typeof earlier !== "string");
  if (hasTemplate && link !== HUMAN_LINK) return "only human comes after a template, which nothing can stop";
  if (typeof link === "string" && before.includes(link))
    return `"${link}" has been tried before in this chain`;
  return undefined;
}

/** A provider may have models that we do not know, so only what is nearly a known name is doubted. */
function doubt(link: string, known: readonly string[], path: string, report: Report): void {
  if (link === HUMAN_LINK || known.includes(link)) return;
  const near = nearest(link, [...known, HUMAN_LINK]);
  if (near.length === 0) return;
  report({
    severity: "warning",
    code: "UNKNOWN_NAME",
    message: `there is no model "${link}" that Layerloom knows`,
    hint: `did you mean ${near.join(" or ")}?`,
    path,
  });
}
