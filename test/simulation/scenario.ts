/** All that decides how a simulated world goes: what runs in it, how it is disposed, what goes wrong when. Plain JSON. */
import type { PipelineDefinition } from "#contract/definition.ts";
import type { PartialRun } from "#contract/engine-api.ts";

/** `at`: the number of the journal write (counted over all runs and lives) that it goes with or follows. */
export type Fault = { readonly at: number } & (
  | {
      readonly what: "crash";
      /** After the write and before anything else, before the write, or once what followed it is under way. */
      readonly when: "after" | "before" | "between";
    }
  | { readonly what: "full"; readonly times: number }
  | { readonly what: "clock"; readonly by: number }
  | { readonly what: "cancel" | "resume"; readonly run: number }
  /** `ms`: somebody resumes it after so long; by default when nothing else is left to do. */
  | { readonly what: "pause"; readonly run: number; readonly ms?: number }
  /** Somebody calls an attempt off, or closes a breaker; `pick`: which of those that are there. */
  | { readonly what: "call off" | "reset"; readonly pick: number }
  /** A result that was recorded before comes once more. */
  | { readonly what: "again"; readonly pick: number }
  /** What is on disk is kept; or what was kept last takes the place of it. */
  | { readonly what: "backup" | "restore" }
);

/** In percent. */
export type Mood = {
  readonly failing: number;
  /** Attempts that take no notice of being cancelled and answer late. */
  readonly deaf: number;
  /** Attempts that never answer, where the node has a time-out. */
  readonly hanging: number;
  /** People who decide after the longest time. */
  readonly slow: number;
};

/** `after`: milliseconds from the beginning of the world. */
export type Fresh = {
  readonly after: number;
  readonly pipeline: PipelineDefinition;
  /** Only a part of it is asked for. */
  readonly part?: Omit<PartialRun, "basedOn">;
};

/** A retry of an earlier run of the list, or a fork of it with another output; `after`: milliseconds from its end. */
export type Grown = {
  readonly after: number;
  readonly of: number;
  readonly from?: string;
  readonly edited?: string;
};

export type Wanted = Fresh | Grown;

export type Scenario = {
  readonly seed: number;
  readonly store: "memory" | "sqlite" | "file";
  readonly checkpointEvery: number;
  readonly mood: Mood;
  readonly runs: readonly Wanted[];
  /** Pipelines that nodes start by their path. */
  readonly files?: Readonly<Record<string, PipelineDefinition>>;
  readonly faults: readonly Fault[];
};

export function isFresh(wanted: Wanted): wanted is Fresh {
  return !isGrown(wanted);
}

export function isGrown(wanted: Wanted): wanted is Grown {
  return "of" in wanted;
}
