/**
 * What makes two results the same, as one hash (SHA-256 over canonical JSON):
 *
 * - who shares it: the run's id, the pipeline's name, or nothing (`scope`);
 * - the activity (`uses`), never the node's id, title, notes, place or policies;
 * - the value of `key:`, or else the settings with every expression in place;
 * - what the activity says it takes from the run besides its settings: the default model provider, the folder.
 *
 * The order of fields does not count. Must not know what is stored under a key.
 */
import { createHash } from "node:crypto";
import type { CacheDefinition } from "#contract/definition.ts";
import type { Json } from "#contract/json.ts";
import { listOf } from "./items.ts";
import type { LiveRun } from "./live-run.ts";
import { type ScopeSources, scopeFor } from "./scope.ts";
import { resolveSettings } from "./settings.ts";

/** Throws what expressions throw. */
export function resultKey(run: LiveRun, sources: ScopeSources, node: string, cache: CacheDefinition): string {
  const { definition } = run.program;
  const activity = run.program.activity(node);
  const parts: Record<string, Json> = { uses: activity.info.name };
  const scope = cache.scope ?? "pipeline";
  if (scope === "run") parts.run = run.id;
  if (scope === "pipeline") parts.pipeline = definition.name;
  if (cache.key === undefined) parts.with = settingsToCompare(run, sources, node);
  else {
    const template = run.program.template(`nodes.${node}.cache.key`, cache.key);
    parts.key = template.evaluate(scopeFor(run, sources, template.reads, node));
  }
  if (activity.dependsOn?.includes("provider")) parts.provider = run.settings.provider;
  if (activity.dependsOn?.includes("folder")) parts.folders = [...run.settings.folders];
  return hashOf(parts);
}

/** Those of each item, for a list; and of a sub-pipeline what is written, since its own expressions are not for here. */
function settingsToCompare(run: LiveRun, sources: ScopeSources, node: string): Json {
  const items = listOf(run, sources, node);
  const { with: written = {}, uses, onItemError = "fail" } = run.program.definition.nodes[node] ?? {};
  const settings = items
    ? { onItemError, items: items.map((item, index) => resolveSettings(run, sources, node, { item, index })) }
    : resolveSettings(run, sources, node);
  return uses === "pipeline" ? { written, settings } : settings;
}

/** The same for values that are equal as JSON, whatever the order of their fields. */
export function hashOf(value: Json): string {
  return createHash("sha256").update(JSON.stringify(value, sorted)).digest("hex");
}

function sorted(_key: string, value: Json): Json {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
