/** Owns what depends on the activities: do they exist, do their settings fit, can the outcomes of edges happen. */
import type { NodeDefinition, PipelineDefinition } from "#contract/definition.ts";
import type { Json } from "#contract/json.ts";
import { HUMAN_OUTCOMES, outcomesOf } from "#contract/outcomes.ts";
import type { ActivityDefinition, ActivityRegistry } from "#ports/activity.ts";
import { PLANNED_ACTIVITIES } from "./check-support.ts";
import { suggest } from "./nearest.ts";
import type { Report } from "./source-tree.ts";
import type { Issue } from "./zod-problems.ts";

export type ReportIssues = (
  issues: readonly Issue[],
  settings: Json,
  /** Where the settings stand. */
  path: string,
  keysAt: (path: readonly PropertyKey[]) => readonly string[],
) => void;

export function checkActivities(
  definition: PipelineDefinition,
  registry: ActivityRegistry,
  report: Report,
  reportIssues: ReportIssues,
): void {
  for (const [id, node] of Object.entries(definition.nodes)) {
    if (node.uses === "") continue;
    const activity = registry.get(node.uses);
    if (activity) checkSettings(id, node.with ?? {}, activity, reportIssues);
    else reportUnknown(id, node.uses, registry, report);
  }
  checkOutcomes(definition, registry, report);
}

function reportUnknown(id: string, uses: string, registry: ActivityRegistry, report: Report): void {
  const path = `nodes.${id}.uses`;
  if (PLANNED_ACTIVITIES.has(uses)) {
    report({
      code: "NOT_SUPPORTED_YET",
      message: `"uses: ${uses}" is part of the format, but this version cannot run it`,
      hint: `there are ${[...registry.keys()].join(", ")}`,
      path,
    });
    return;
  }
  const hint = suggest(uses, registry.keys(), "there are");
  report({ code: "UNKNOWN_ACTIVITY", message: `there is no activity "${uses}"`, hint, path });
}

function checkSettings(
  id: string,
  settings: { readonly [key: string]: Json },
  activity: ActivityDefinition,
  reportIssues: ReportIssues,
): void {
  const { issues, keysAt } = settingsIssues(settings, activity);
  if (issues.length > 0) reportIssues(issues, settings, `nodes.${id}.with`, keysAt);
}

/** What of the settings does not fit the activity, as far as it is known before a run. */
export function settingsIssues(
  settings: { readonly [key: string]: Json },
  activity: ActivityDefinition,
): { readonly issues: readonly Issue[]; readonly keysAt: Parameters<ReportIssues>[3] } {
  const result = activity.input.safeParse(settings);
  const issues = (result.error?.issues ?? []) as readonly Issue[];
  return {
    issues: issues.filter((issue) => !comesFromExpression(settings, issue)),
    keysAt: (path) => keysInSchema(activity.info.schema, path),
  };
}

/** A value that an expression gives is anything until it is evaluated. */
function comesFromExpression(settings: Json, issue: Issue): boolean {
  let value: unknown = settings;
  for (const key of issue.path) {
    if (isExpression(value)) return true;
    value = typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
  }
  if (isExpression(value)) return true;
  return issue.code === "invalid_union" && JSON.stringify(value ?? null).includes("${{");
}

function isExpression(value: unknown): boolean {
  return typeof value === "string" && value.includes("${{");
}

/** Keys that a JSON Schema allows at a path. */
function keysInSchema(schema: unknown, path: readonly PropertyKey[]): readonly string[] {
  const at = path.reduce<unknown>((inner, key) => {
    const { properties, items } = (inner ?? {}) as { properties?: object; items?: unknown };
    return properties ? Reflect.get(properties, key) : items;
  }, schema);
  return Object.keys((at as { properties?: object } | undefined)?.properties ?? {});
}

function checkOutcomes(definition: PipelineDefinition, registry: ActivityRegistry, report: Report): void {
  const known = new Map<string, readonly string[] | undefined>();
  const loops = new Map<string, boolean>();
  for (const edge of definition.edges) {
    if (edge.kind !== "loop") continue;
    const escalates = (edge.onExhausted ?? "escalate") === "escalate";
    loops.set(edge.from, escalates || loops.get(edge.from) === true);
  }
  const possibleOf = (id: string): readonly string[] | undefined => {
    const node = definition.nodes[id]!;
    if (!known.has(id)) {
      const activity = registry.get(node.uses);
      const outcomes = activity && possibleOutcomes(activity, node, loops.get(id));
      const standsIn = node.fallback?.some((link) => typeof link === "object") ?? false;
      known.set(id, standsIn && outcomes ? [...outcomes, "ok"] : outcomes);
    }
    return known.get(id);
  };
  const check = (
    id: string,
    outcome: string,
    possible: readonly string[] | undefined,
    path: string,
  ): void => {
    if (!possible || possible.includes(outcome)) return;
    report({
      code: "UNKNOWN_OUTCOME",
      message: `"${id}" never leaves by "${outcome}"`,
      hint: suggest(outcome, possible, "its outcomes are"),
      path,
    });
  };
  definition.edges.forEach((edge, index) => {
    if (!edge.on || !Object.hasOwn(definition.nodes, edge.from)) return;
    const possible = possibleOf(edge.from);
    edge.on.forEach((outcome, item) => {
      check(edge.from, outcome, possible, `edges.${index}.on.${item}`);
    });
  });
  for (const [id, { pin }] of Object.entries(definition.nodes)) {
    if (pin?.outcome === undefined) continue;
    // A pinned node does not fail, so it is not left by error.
    const possible = possibleOf(id)?.filter((outcome) => outcome !== "error");
    check(id, pin.outcome, possible, `nodes.${id}.pin.outcome`);
  }
}

/** Undefined when they are not known before the run. */
function possibleOutcomes(
  activity: ActivityDefinition,
  { with: settings, forEach }: NodeDefinition,
  escalates: boolean | undefined,
): readonly string[] | undefined {
  const { info } = activity;
  const source =
    info.outcomesFrom === "human"
      ? settings?.outcomes
      : info.outcomesFrom === "gate"
        ? settings?.rules
        : settings?.script;
  if (forEach === undefined && info.outcomesFrom !== undefined && isExpression(source)) return undefined;
  return [
    ...outcomesOf(info, settings, forEach),
    "error",
    ...(escalates === undefined ? [] : ["exhausted"]),
    ...(escalates === true ? HUMAN_OUTCOMES : []),
  ];
}
