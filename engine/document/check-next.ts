/** Owns what only the file can say wrongly about `next:` and `pin:`, and the warning that a pinned node does not run. */
import type { NodeDefinition, PipelineDefinition } from "#contract/definition.ts";
import type { Json } from "#contract/json.ts";
import { chosenNext } from "#core/next.ts";
import { suggest } from "./nearest.ts";
import type { Report } from "./source-tree.ts";

export function checkNext(definition: PipelineDefinition, report: Report): void {
  for (const [id, node] of Object.entries(definition.nodes)) {
    if (node.next) checkCandidates(definition, id, node.next, report);
    checkChoice(node, node.default, `nodes.${id}.default`, report);
    checkChoice(node, node.pin?.output, `nodes.${id}.pin.output`, report);
    if (node.pin === undefined) continue;
    report({
      severity: "warning",
      code: "PINNED",
      message: `"${id}" is pinned: it does not run, its output is the one in the file`,
      hint: "take the pin out before others rely on this pipeline",
      path: `nodes.${id}.pin`,
    });
  }
}

function checkCandidates(
  { nodes }: PipelineDefinition,
  id: string,
  next: readonly string[],
  report: Report,
): void {
  const seen = new Set<string>();
  next.forEach((candidate, place) => {
    const path = `nodes.${id}.next.${place}`;
    if (!Object.hasOwn(nodes, candidate)) {
      report({
        code: "UNKNOWN_NODE",
        message: `There is no node "${candidate}"`,
        hint: () => suggest(candidate, Object.keys(nodes), "the nodes are"),
        path,
      });
    } else if (seen.has(candidate)) {
      report({
        code: "INVALID_VALUE",
        message: `"${candidate}" is a candidate of "${id}" already`,
        hint: "name each candidate once",
        path,
      });
    }
    seen.add(candidate);
  });
}

/** An output that stands in the file must not choose what cannot be chosen. */
function checkChoice({ next }: NodeDefinition, output: Json | undefined, path: string, report: Report): void {
  if (next === undefined || output === undefined || chosenNext(next, output) !== undefined) return;
  report({
    code: "UNKNOWN_NEXT",
    message: "its next is not among the candidates",
    hint: `next is one of, or a list of: ${next.join(", ")}`,
    path,
  });
}
