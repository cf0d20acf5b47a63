/** Owns which nodes may be started on a guess: what follows by one edge, and can do no harm when the guess is wrong. */
import type { NodeDefinition, PipelineDefinition } from "#contract/definition.ts";
import type { ActivityRegistry } from "#ports/activity.ts";
import { isGuessable, mayBePure } from "#ports/purity.ts";
import { suggest } from "./nearest.ts";
import type { Report } from "./source-tree.ts";

export function checkSpeculation(
  definition: PipelineDefinition,
  registry: ActivityRegistry,
  report: Report,
): void {
  for (const [id, node] of Object.entries(definition.nodes)) {
    if (node.pure === true && !mayBePure(node)) {
      report({
        code: "INVALID_VALUE",
        message: `"${node.uses}" is not pure: it asks, waits, or changes something outside`,
        hint: "take pure away, or mark the node that only works something out",
        path: `nodes.${id}.pure`,
      });
    }
    node.speculate?.forEach((target, place) => {
      const path = `nodes.${id}.speculate.${place}`;
      const named = Object.hasOwn(definition.nodes, target) ? definition.nodes[target] : undefined;
      if (named === undefined) {
        const hint = () => suggest(target, Object.keys(definition.nodes), "nodes of this pipeline");
        report({ code: "UNKNOWN_NODE", message: `there is no node "${target}"`, hint, path });
        return;
      }
      const [message, hint] = whyNot(definition, registry, id, target, named) ?? [];
      if (message !== undefined) report({ severity: "warning", code: "NO_EFFECT", message, hint, path });
    });
  }
}

function whyNot(
  { edges }: PipelineDefinition,
  registry: ActivityRegistry,
  source: string,
  id: string,
  node: NodeDefinition,
): readonly [message: string, hint: string] | undefined {
  const follows = edges.some(
    ({ from, to, kind }) => from === source && to === id && (kind === "flow" || kind === "branch"),
  );
  if (!follows)
    return [
      `"${id}" is never started ahead: it does not follow "${source}" by one edge`,
      "name nodes that a flow or branch edge leads to from here",
    ];
  if (isGuessable(node, registry.get(node.uses))) return undefined;
  const mayBecome = isGuessable({ ...node, pure: true }, registry.get(node.uses));
  return [
    `"${id}" is never started ahead: ${mayBecome ? "it is not marked as pure" : "a wrong guess could do harm, or not be recognised"}`,
    mayBecome
      ? `write pure: true at "${id}" if it changes nothing outside and gives the same for the same settings`
      : "name a node that only works something out from its settings",
  ];
}
