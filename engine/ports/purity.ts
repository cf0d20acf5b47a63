/** Owns the question which nodes change nothing outside, and whose result depends on their settings alone. */
import type { NodeDefinition } from "#contract/definition.ts";
import type { ActivityDefinition } from "./activity.ts";

const CHANGES_SOMETHING: ReadonlySet<string> = new Set(["file.write", "memory.put", "memory.append"]);
const HARMLESS_METHODS: ReadonlySet<unknown> = new Set([undefined, "GET", "HEAD", "OPTIONS"]);
/** They ask, wait, or start runs of their own. */
const NEVER_PURE: ReadonlySet<string> = new Set(["human", "wait", "pipeline"]);
/** Pure without being said to be. */
const COMPUTES: ReadonlySet<string> = new Set(["transform", "template", "code"]);

export function changesSomething({ uses, with: settings }: NodeDefinition): boolean {
  if (uses === "http") return !HARMLESS_METHODS.has(settings?.method);
  return CHANGES_SOMETHING.has(uses);
}

/** May a file say `pure: true` of it? */
export function mayBePure(node: NodeDefinition): boolean {
  return !NEVER_PURE.has(node.uses) && !changesSomething(node);
}

/** May it be started on a guess: can a wrong one do no harm, and do equal settings say that it was right? */
export function isGuessable(node: NodeDefinition, activity: ActivityDefinition | undefined): boolean {
  if (node.forEach !== undefined || !mayBePure(node)) return false;
  // It evaluates conditions itself, which may read anything.
  if (activity === undefined || (activity.expressions?.length ?? 0) > 0) return false;
  return node.pure ?? COMPUTES.has(node.uses);
}
