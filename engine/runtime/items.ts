/** The list that a node with `forEach` goes through. */
import { LayerloomError } from "#contract/errors.ts";
import type { Json } from "#contract/json.ts";
import type { LiveRun } from "./live-run.ts";
import { type ScopeSources, scopeFor } from "./scope.ts";

/** Undefined without `forEach`. Throws NOT_A_LIST, and what expressions throw. */
export function listOf(run: LiveRun, sources: ScopeSources, node: string): readonly Json[] | undefined {
  const forEach = run.program.definition.nodes[node]?.forEach;
  if (forEach === undefined) return undefined;
  const template = run.program.template(`nodes.${node}.forEach`, forEach);
  const items = template.evaluate(scopeFor(run, sources, template.reads, node));
  if (Array.isArray(items)) return items as readonly Json[];
  throw new LayerloomError("NOT_A_LIST", `forEach must be a list, and this is ${nameOf(items)}`, {
    field: `${node}.forEach`,
    hint: "Give it a list, such as ${{ inputs.customers }}.",
  });
}

function nameOf(value: Json): string {
  if (value === null) return "null";
  return typeof value === "object"
    ? "an object"
    : `the ${typeof value} ${JSON.stringify(value).slice(0, 60)}`;
}
