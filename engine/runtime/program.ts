/**
 * A pipeline made ready to run: its plan, and every template and condition compiled once, on first use.
 * Shared by all runs of the same text. Holds no state of a run.
 */
import type { PipelineDefinition } from "#contract/definition.ts";
import type { ReadResult } from "#contract/engine-api.ts";
import { LayerloomError } from "#contract/errors.ts";
import type { Json, JsonObject } from "#contract/json.ts";
import type { FailureRows } from "#core/failure-rules.ts";
import { compilePlan, type ExecutionPlan } from "#core/plan.ts";
import { type ActivityDefinition, type ActivityRegistry, isPure } from "#ports/activity.ts";
import type { Expression, ExpressionLanguage, Scope } from "#ports/expression.ts";
import { isGuessable } from "#ports/purity.ts";
import { guardsOf } from "./guards.ts";
import type { Guard } from "./service.ts";

/** A value with or without expressions in it, and the names that it reads. */
export type Template = { readonly reads: readonly Expression[]; evaluate(scope: Scope): Json };

export class Program {
  readonly definition: PipelineDefinition;
  readonly plan: ExecutionPlan;
  readonly #registry: ActivityRegistry;
  readonly #language: ExpressionLanguage;
  readonly #conditions = new Map<string, Expression>();
  readonly #templates = new Map<string, Template>();
  /** Nodes whose newest output is stored for other runs, because something may reuse it or guess by it. */
  readonly reusable: ReadonlySet<string>;
  /** Does any node take stored results? */
  readonly caches: boolean;
  /** Does any node start another pipeline? */
  readonly startsPipelines: boolean;
  /** Nodes whose service is watched by a breaker. */
  readonly guards: ReadonlyMap<string, Guard>;
  /** Node → the nodes that may be started ahead while it runs. */
  readonly guessable: ReadonlyMap<string, readonly string[]>;

  constructor(definition: PipelineDefinition, registry: ActivityRegistry, language: ExpressionLanguage) {
    this.definition = definition;
    this.plan = compilePlan(definition);
    this.#registry = registry;
    this.#language = language;
    this.reusable = reusableNodes(this.plan);
    this.guessable = guessableNodes(definition, registry);
    this.caches = this.plan.nodes.some((node) => node.definition.cache !== undefined);
    this.startsPipelines = this.plan.nodes.some((node) => node.definition.uses === "pipeline");
    this.guards = guardsOf(this.plan, registry);
  }

  activity(node: string): ActivityDefinition {
    const name = this.definition.nodes[node]?.uses ?? "";
    const activity = this.#registry.get(name);
    if (!activity)
      throw new LayerloomError("UNKNOWN_ACTIVITY", `there is no activity "${name}"`, {
        field: `${node}.uses`,
      });
    return activity;
  }

  isPure(node: string): boolean {
    return isPure(this.activity(node), this.definition.nodes[node]?.with);
  }

  /** The providers that the nodes of a run will call; `provider`: of those that name none. A pinned node calls none. */
  modelProviders(provider: string, runs: (id: string) => boolean = () => true): readonly string[] {
    return Object.entries(this.definition.nodes).flatMap(([id, node]) => {
      if (node.pin !== undefined || !runs(id)) return [];
      const settings = this.activity(id).modelSettings?.(node.with ?? {});
      if (settings === undefined) return [];
      const own = (settings as JsonObject | null)?.provider;
      return [typeof own === "string" ? own : provider];
    });
  }

  /** What the file says about the failures of a node. */
  failureRows(node: string): FailureRows {
    return {
      node: this.definition.nodes[node]?.failures ?? [],
      pipeline: this.definition.defaults?.failures ?? [],
    };
  }

  /** Is the node done by child runs? */
  hasChildren(node: string): boolean {
    return this.plan.nodes[this.plan.indexOf.get(node) ?? -1]?.children !== undefined;
  }

  condition(source: string): Expression {
    const kept = this.#conditions.get(source);
    if (kept) return kept;
    const compiled = this.#language.compile(source);
    this.#conditions.set(source, compiled);
    return compiled;
  }

  /** `key` names the place, such as `nodes.reason.with`; the same place always holds the same value. */
  template(key: string, value: Json): Template {
    let template = this.#templates.get(key);
    if (!template) {
      const compiled = this.#language.compileTemplate(value);
      template =
        compiled.expressions.length === 0
          ? { reads: [], evaluate: () => value }
          : {
              reads: compiled.expressions.map((entry) => entry.expression),
              evaluate: (scope) => compiled.evaluate(scope),
            };
      this.#templates.set(key, template);
    }
    return template;
  }
}

function reusableNodes(plan: ExecutionPlan): ReadonlySet<string> {
  const reusable = new Set<string>();
  for (const edge of plan.edges) {
    if (edge.kind !== "skip" || (edge.definition.reuse ?? "last") !== "last") continue;
    for (const index of edge.skip?.between ?? []) {
      const node = plan.nodes[index];
      if (node) reusable.add(node.id);
    }
  }
  for (const node of plan.nodes) {
    if (node.definition.speculate) reusable.add(node.id);
    if (node.definition.skip && (node.definition.skip.reuse ?? "last") === "last") reusable.add(node.id);
  }
  return reusable;
}

/** Throws INVALID_PIPELINE for a text with errors. */
export function soundDefinition({ definition, problems }: ReadResult): PipelineDefinition {
  const errors = problems.filter((problem) => problem.severity === "error");
  const [first] = errors;
  if (definition && !first) return definition;
  throw new LayerloomError(
    "INVALID_PIPELINE",
    errors.length === 1 && first ? first.message : `${errors.length} problems in the pipeline`,
    {
      problems,
      place: first?.place,
      hint: first?.hint ?? "`layerloom validate` lists the problems.",
    },
  );
}

function guessableNodes(
  { nodes }: PipelineDefinition,
  registry: ActivityRegistry,
): ReadonlyMap<string, readonly string[]> {
  const guessable = new Map<string, readonly string[]>();
  for (const [id, { speculate = [] }] of Object.entries(nodes)) {
    const targets = speculate.filter((target) => {
      const node = nodes[target];
      return node !== undefined && isGuessable(node, registry.get(node.uses));
    });
    if (targets.length > 0) guessable.set(id, targets);
  }
  return guessable;
}
