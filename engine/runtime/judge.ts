/**
 * Judges, at the moment a node finishes, the conditions of its out-edges, and what its loops hand on: verdicts, feedback
 * and changed settings go into the journal.
 */

import { LayerloomError } from "#contract/errors.ts";
import type { Completion, Failure, ValueRef } from "#contract/events.ts";
import type { Json, JsonObject } from "#contract/json.ts";
import { edgesToJudge } from "#core/judge.ts";
import { chosenNext } from "#core/next.ts";
import { outputOf } from "#core/view.ts";
import { failureOf } from "#ports/failure.ts";
import type { LiveRun } from "./live-run.ts";
import { type Finishing, type ScopeSources, scopeFor } from "./scope.ts";

export type Judgement = {
  readonly verdicts?: Readonly<Record<string, boolean>> | undefined;
  readonly feedback?: Readonly<Record<string, ValueRef>> | undefined;
  readonly adjust?: Readonly<Record<string, ValueRef>> | undefined;
};

/** Throws EXPRESSION_FAILED naming the edge. */
function judgeEdges(run: LiveRun, sources: ScopeSources, finishing: Finishing): Judgement {
  const { plan } = run.program;
  const { conditions, feedback, adjust } = edgesToJudge(plan, run.state, finishing.node, finishing.outcome);
  if (conditions.length === 0 && feedback.length === 0 && adjust.length === 0) return {};
  const verdicts: Record<string, boolean> = {};
  for (const { edge, when, failure } of conditions) {
    const expression = run.program.condition(when);
    const seen = failure === undefined ? finishing : { ...finishing, failure };
    const value = at(`edges.${edge}.when`, () =>
      expression.evaluate(scopeFor(run, sources, [expression], finishing.node, seen)),
    );
    if (typeof value !== "boolean") {
      throw new LayerloomError(
        "EXPRESSION_FAILED",
        `the condition "${when}" yields ${JSON.stringify(value)}, not true or false`,
        {
          field: `edges.${edge}.when`,
          hint: "Compare the value with something.",
        },
      );
    }
    verdicts[edge] = value;
  }
  const fed: Record<string, ValueRef> = {};
  for (const { edge, template } of feedback) {
    if (verdicts[edge] === false) continue;
    const compiled = run.program.template(`edges.${edge}.feedback`, template);
    const value = at(`edges.${edge}.feedback`, () =>
      compiled.evaluate(scopeFor(run, sources, compiled.reads, finishing.node, finishing)),
    );
    fed[edge] = sources.values.put(value);
  }
  const adjusted: Record<string, ValueRef> = {};
  for (const { edge, template } of adjust) {
    if (verdicts[edge] === false) continue;
    const compiled = run.program.template(`edges.${edge}.adjust`, template);
    const value = at(`edges.${edge}.adjust`, () =>
      compiled.evaluate({
        ...scopeFor(run, sources, compiled.reads, finishing.node, finishing),
        loop: comingRound(run, sources, finishing, edge, fed[edge]),
      }),
    );
    adjusted[edge] = sources.values.put(value);
  }
  return {
    ...(conditions.length > 0 ? { verdicts } : {}),
    ...(Object.keys(fed).length > 0 ? { feedback: fed } : {}),
    ...(Object.keys(adjusted).length > 0 ? { adjust: adjusted } : {}),
  };
}

/** `loop` as the target will see it in the round that this edge begins. */
function comingRound(
  run: LiveRun,
  sources: ScopeSources,
  finishing: Finishing,
  edge: number,
  feedback: ValueRef | undefined,
): JsonObject {
  const { to, definition, loop } = run.program.plan.edges[edge]!;
  const draft = outputOf(run.state, to);
  return {
    count: run.state.loopCount[edge]! + 1,
    max: loop?.max ?? 0,
    feedback: feedback === undefined ? null : sources.values.get(feedback),
    draft: definition.to === finishing.node ? finishing.output : draft && sources.values.get(draft),
    change: null,
  };
}

/** The completion of a node that leaves by `outcome`. Throws EXPRESSION_FAILED, INVALID_OUTPUT, OUTPUT_TOO_LARGE, UNKNOWN_NEXT. */
export function completionOf(
  run: LiveRun,
  sources: ScopeSources,
  node: string,
  outcome: string,
  output: Json,
  marked = false,
): Completion {
  return {
    outcome,
    output: sources.values.put(output),
    ...nextOf(run, node, output),
    ...judgeEdges(run, sources, { node, outcome, output, marked }),
  };
}

/** What the output of a node with `next:` chose. */
function nextOf(run: LiveRun, node: string, output: Json): Pick<Completion, "next"> {
  const candidates = run.program.definition.nodes[node]?.next;
  if (candidates === undefined) return {};
  const next = chosenNext(candidates, output);
  if (next !== undefined) return { next };
  const chosen = JSON.stringify((output as JsonObject).next).slice(0, 200);
  throw new LayerloomError("UNKNOWN_NEXT", `"${node}" chose ${chosen}, which is not among its candidates`, {
    field: `${node}.next`,
    hint: `The output's next is one of, or a list of: ${candidates.join(", ")}.`,
  });
}

/** What AttemptFailed carries for the case that this failure is for good. */
export function failureJudgement(
  run: LiveRun,
  sources: ScopeSources,
  node: string,
  failure: Failure,
): Judgement {
  const fallback = run.program.definition.nodes[node]?.default;
  if (fallback === undefined)
    return judgeEdges(run, sources, { node, outcome: "error", output: null, failure });
  return judgeEdges(run, sources, { node, outcome: "ok", output: fallback, failure });
}

/** A failure with its judgement. Where its out-edges cannot be judged, that is the failure. */
export function judgedFailure(
  run: LiveRun,
  sources: ScopeSources,
  node: string,
  failure: Failure,
): Judgement & { readonly failure: Failure } {
  try {
    return { failure, ...failureJudgement(run, sources, node, failure) };
  } catch (thrown) {
    return { failure: failureOf(thrown, run.program.failureRows(node)) };
  }
}

function at<T>(field: string, evaluate: () => T): T {
  try {
    return evaluate();
  } catch (thrown) {
    if (!(thrown instanceof LayerloomError)) throw thrown;
    throw new LayerloomError(thrown.code, thrown.message, { ...thrown.toShape(), field, cause: thrown });
  }
}
