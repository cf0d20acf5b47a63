/** All that decides how a simulated world goes: what runs in it, how it is disposed, what goes wrong when. Plain JSON. */
import type { PipelineDefinition } from "#contract/definition.ts";

/** `at`: the number of the journal write (counted over all runs and lives) that it goes with or follows. */
export type Fault = { readonly at: number } & (
  | {
      readonly what: "crash";
      /** After the write and before anything else, before the write, or once what followed it is under way. */
      readonly when: "after" | "before" | "between";
    }
  | { readonly what: "full"; readonly times: number }
  | { readonly what: "clock"; readonly by: number }
  | { readonly what: "cancel" | "pause" | "resume"; readonly run: number }
  /** A result that was recorded before comes once more. */
  | { readonly what: "again"; readonly pick: number }
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

export type Scenario = {
  readonly seed: number;
  readonly store: "memory" | "sqlite" | "file";
  readonly checkpointEvery: number;
  readonly mood: Mood;
  /** `after`: milliseconds from the beginning of the world. */
  readonly runs: readonly {
    readonly after: number;
    readonly pipeline: PipelineDefinition;
    /** The run goes up to this node only. */
    readonly upTo?: string;
  }[];
  readonly faults: readonly Fault[];
};
