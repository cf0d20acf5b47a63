/** Where an escalation is, in a few characters: `outreach[2] › ask`. Places in lists count from 0, as `index` does. */
import type { ChildStep } from "./events.ts";
import type { Escalation } from "./run.ts";

/** `title`: what to call the node of the run itself. */
export function escalationPlace(
  { node, path = [] }: { readonly node: string; readonly path?: Escalation["path"] },
  title = node,
): string {
  const names = [title, ...path.map((step) => step.node)];
  return names.map((name, at) => name + itemOf(path[at])).join(" › ");
}

function itemOf(step: ChildStep | undefined): string {
  return step?.item == null ? "" : `[${step.item}]`;
}
