/** Owns whether the results of a node may be stored, and whether its key can tell two calls apart. */
import type { CacheDefinition, PipelineDefinition } from "#contract/definition.ts";
import { parseDuration } from "#contract/duration.ts";
import { changesSomething } from "#ports/purity.ts";
import type { Report } from "./source-tree.ts";

/** Each call is a question or a wait of its own. */
const NEVER_STORED: Readonly<Record<string, string>> = {
  human: "what a person decides is never stored",
  wait: "a wait has no result to store",
};

/** `readsWhileRunning`: nodes whose result depends on more than their resolved settings say. */
export function checkCache(
  definition: PipelineDefinition,
  readsWhileRunning: ReadonlySet<string>,
  report: Report,
): void {
  for (const [id, node] of Object.entries(definition.nodes)) {
    if (node.cache === undefined) continue;
    const path = `nodes.${id}.cache`;
    checkTtl(node.cache, path, report);
    checkKey(node.cache, path, report);
    const never = NEVER_STORED[node.uses];
    if (never !== undefined) {
      report({ code: "INVALID_VALUE", message: never, hint: "take cache away", path });
    } else if (changesSomething(node)) {
      report({
        severity: "warning",
        code: "INVALID_VALUE",
        message: `while a stored result is taken, "${node.uses}" does nothing`,
        hint: "cache what has no effect, or leave it when the effect may be left out",
        path,
      });
    }
    if (node.cache.key === undefined && readsWhileRunning.has(id)) {
      report({
        code: "MISSING_VALUE",
        message: `the result of "${id}" depends on more than its settings: its conditions read other values`,
        hint: "say under cache.key what makes two calls the same",
        path,
      });
    }
  }
}

function checkTtl({ ttl }: CacheDefinition, path: string, report: Report): void {
  if (parseDuration(ttl) !== 0) return;
  report({
    code: "INVALID_VALUE",
    message: "a ttl of 0 stores nothing",
    hint: "give a duration such as 1h, or take cache away",
    path: `${path}.ttl`,
  });
}

function checkKey({ key }: CacheDefinition, path: string, report: Report): void {
  if (key === undefined || JSON.stringify(key).includes("${{")) return;
  report({
    severity: "warning",
    code: "INVALID_VALUE",
    message: "the key is the same at every call, so all calls share one result",
    hint: "write an expression in ${{ }}, or leave key out to tell calls apart by their settings",
    path: `${path}.key`,
  });
}
