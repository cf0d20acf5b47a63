/**
 * What a try of a node works with: its settings as they are written, over them what the round of a loop changes, what
 * a failure of quality changes, and the model of the fallback link in use. Or, in place of the activity, the template
 * that the chain has come to.
 */
import type { Json, JsonObject } from "#contract/json.ts";
import { linkInUse, tryOfLink } from "#core/chain.ts";
import { loopContext } from "#core/view.ts";
import type { Expression, Scope } from "#ports/expression.ts";
import type { LiveRun } from "./live-run.ts";
import type { Template } from "./program.ts";
import { type ScopeSources, scopeFor } from "./scope.ts";

/** The settings of a node with every expression in place; `more`: names besides those of the run. Throws what expressions and schemas throw. */
export function resolveSettings(run: LiveRun, sources: ScopeSources, node: string, more: Scope = {}): Json {
  const written = evaluate(run, sources, node, writtenOf(run, node), more) as JsonObject;
  const index = run.program.plan.indexOf.get(node) ?? -1;
  const changes = changesOf(run, sources, node, tryOfLink(run.state, index));
  return changes.length > 0 ? Object.assign({}, written, ...changes) : written;
}

/** The expressions in the settings of a node as they are written. */
export function settingsReads(run: LiveRun, node: string): readonly Expression[] {
  return writtenOf(run, node).reads;
}

function writtenOf(run: LiveRun, node: string): Template {
  return run.program.template(`nodes.${node}.with`, run.program.definition.nodes[node]?.with ?? {});
}

/** A few settings of the try that is about to start; what the others say is not looked at. Throws as `resolveSettings`. */
export function settingsAhead(
  run: LiveRun,
  sources: ScopeSources,
  node: string,
  keys: readonly string[],
): JsonObject {
  const given = run.program.definition.nodes[node]?.with ?? {};
  const index = run.program.plan.indexOf.get(node) ?? -1;
  const settings: Record<string, Json> = {};
  for (const key of keys) {
    if (given[key] === undefined) continue;
    const template = run.program.template(`nodes.${node}.with.${key}`, given[key]);
    settings[key] = evaluate(run, sources, node, template, {});
  }
  return Object.assign(settings, ...changesOf(run, sources, node, tryOfLink(run.state, index) + 1));
}

function changesOf(
  run: LiveRun,
  sources: ScopeSources,
  node: string,
  attempt: number,
): readonly JsonObject[] {
  const index = run.program.plan.indexOf.get(node) ?? -1;
  return [
    changeOfRound(run, sources, node),
    changeAfterQuality(run, sources, node, index, attempt),
    changeOfLink(run, index),
  ].filter((change) => change !== undefined);
}

/** The output that the chain puts in place of the activity; undefined while an activity is to run. */
export function standIn(
  run: LiveRun,
  sources: ScopeSources,
  node: string,
): { readonly output: Json } | undefined {
  const { plan } = run.program;
  const index = plan.indexOf.get(node) ?? -1;
  const link = linkInUse(plan, run.state, index);
  if (typeof link !== "object") return undefined;
  const template = run.program.template(`nodes.${node}.fallback.${run.state.link[index]}`, link.template);
  return { output: evaluate(run, sources, node, template, { error: ownFailure(run, index) }) };
}

/** What is told to a node with `forEach` holds for each of its items. */
function changeOfRound(run: LiveRun, sources: ScopeSources, node: string): JsonObject | undefined {
  const { program, state } = run.settings.item === true && run.parent ? run.parent : run;
  const { change } = loopContext(program.plan, state, program.plan.indexOf.get(node) ?? -1);
  return change === null ? undefined : (sources.values.get(change) as JsonObject);
}

function changeAfterQuality(
  run: LiveRun,
  sources: ScopeSources,
  node: string,
  index: number,
  attempt: number,
): JsonObject | undefined {
  const adjust = run.program.definition.nodes[node]?.retry?.adjust;
  if (adjust === undefined || run.state.failures[index]?.class !== "quality") return undefined;
  if (attempt === 1) return undefined;
  const template = run.program.template(`nodes.${node}.retry.adjust`, adjust);
  return evaluate(run, sources, node, template, { attempt, error: ownFailure(run, index) }) as JsonObject;
}

function changeOfLink(run: LiveRun, index: number): JsonObject | undefined {
  const link = linkInUse(run.program.plan, run.state, index);
  return typeof link === "string" ? { model: link } : undefined;
}

function ownFailure(run: LiveRun, index: number): unknown {
  return { ...run.state.failures[index], node: run.program.plan.nodes[index]?.id };
}

function evaluate(run: LiveRun, sources: ScopeSources, node: string, template: Template, more: Scope): Json {
  if (template.reads.length === 0) return template.evaluate({});
  return template.evaluate({ ...scopeFor(run, sources, template.reads, node), ...more });
}
