/** Finds the earlier run that a part is based on, and the inputs that go with it: those of that run where none are given. */
import type { PartialRun, StartRequest } from "#contract/engine-api.ts";
import { LayerloomError } from "#contract/errors.ts";
import type { ValueRef } from "#contract/events.ts";
import type { Json, JsonObject } from "#contract/json.ts";
import { resolveInputs } from "./inputs.ts";
import type { LiveRun } from "./live-run.ts";
import { type Base, type Part, type PlannedPart, planPart } from "./part.ts";
import type { Program } from "./program.ts";
import type { Rehearsed } from "./rehearsal.ts";

export type ChosenPart = PlannedPart & {
  readonly inputs: JsonObject;
  readonly base: LiveRun | undefined;
};

export type PartHost = {
  /** Throws NOT_FOUND. */
  find(runId: string): LiveRun;
  read(ref: ValueRef): Json;
  /** Earlier runs of the same pipeline, newest first. */
  earlier(): Iterable<LiveRun>;
  /** Goes through the beginning of a run of this part. */
  rehearse(part: Part, inputs: JsonObject, base: LiveRun | undefined): readonly Rehearsed[];
};

/** Throws NOT_FOUND, NOTHING_TO_TAKE_OVER, MISSING_RESULT and what inputs throw. */
export function choosePart(
  program: Program,
  request: StartRequest,
  partial: PartialRun,
  host: PartHost,
): ChosenPart {
  const basedOn = (run: LiveRun | undefined): ChosenPart => {
    const base: Base | undefined = run && {
      run,
      inputs: run.state.inputs ? (host.read(run.state.inputs) as JsonObject) : {},
      read: (ref) => host.read(ref),
    };
    const inputs = resolveInputs(program.definition, {
      ...declaredOf(program, base?.inputs ?? {}),
      ...request.inputs,
    });
    const part = planPart(program, inputs, partial, base, (tried) => host.rehearse(tried, inputs, run));
    return { ...part, inputs, base: run };
  };
  if (partial.basedOn !== undefined) return basedOn(host.find(partial.basedOn));
  if (partial.mode === "upTo") return basedOn(undefined);
  let second: ChosenPart | undefined;
  let refused: LayerloomError | undefined;
  for (const run of host.earlier()) {
    try {
      const chosen = basedOn(run);
      if (hasAll(chosen)) return chosen;
      second ??= chosen;
    } catch (thrown) {
      if (!(thrown instanceof LayerloomError) || thrown.code !== "MISSING_RESULT") throw thrown;
      refused ??= thrown;
    }
  }
  if (second) return second;
  if (refused) throw refused;
  const alone = basedOn(undefined);
  if (alone.nodes.every(({ why }) => why !== "needed")) return alone;
  throw new LayerloomError(
    "NOTHING_TO_TAKE_OVER",
    "there is no earlier run of this pipeline to take results from",
    {
      field: `nodes.${partial.node}`,
      hint: "Run the whole pipeline once, or up to this node.",
    },
  );
}

function hasAll({ nodes }: ChosenPart): boolean {
  return nodes.every(({ does, why }) => does !== "runs" || (why !== "failed" && why !== "never-ran"));
}

function declaredOf(program: Program, inputs: JsonObject): JsonObject {
  const declared = program.definition.inputs ?? {};
  return Object.fromEntries(Object.entries(inputs).filter(([name]) => Object.hasOwn(declared, name)));
}
