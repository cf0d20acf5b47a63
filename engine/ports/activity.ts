/**
 * The contract of an activity, the only place where a pipeline touches the world.
 * `defineActivity` ties the zod schemas of settings and output to the function that performs it.
 */
import { z } from "zod";
import type { ActivityInfo } from "#contract/activity-info.ts";
import type { Provider } from "#contract/engine-api.ts";
import type { HumanTaskCard, Usage } from "#contract/events.ts";
import type { Json, JsonObject } from "#contract/json.ts";
import type { Estimate, EstimateContext } from "./estimate.ts";
import type { MemoryEntry, MemoryWrite } from "./store.ts";

/** What one attempt may know and use. Everything outside goes through here, so that a host can grant or replace it. */
export type ActivityContext = {
  readonly runId: string;
  readonly node: string;
  readonly activation: number;
  /** 1-based within the activation. */
  readonly attempt: number;
  /** 1-based over the whole run. */
  readonly tryOfRun: number;
  /** The same for all attempts of one activation: `<run>/<node>/<activation>`. */
  readonly idempotencyKey: string;
  readonly seed: number;
  readonly purpose: string;
  /** Aborted on cancel, on time-out and when a loop re-opens the node. */
  readonly signal: AbortSignal;
  readonly simulated: boolean;
  /** Used by `llm` nodes that name no provider. */
  readonly provider: Provider;
  /** Epoch ms; virtual under simulation. */
  now(): number;
  /** Resolves after `ms` of the host's time; rejects when aborted. */
  sleep(ms: number): Promise<void>;
  /** A bare expression over the run's names plus `extra`. Throws EXPRESSION_FAILED. */
  evaluate(expression: string, extra?: JsonObject): Json;
  /** Text for the node's live strip; not a result, not journalled. */
  stream(text: string): void;
  /**
   * What is known of the output while the rest is still to come: an object whose fields are complete, without those that
   * are not. The newest counts; it is not changed afterwards. No result: it is never recorded, and the output may differ.
   */
  partial(output: JsonObject): void;
  memory(name: string): MemoryEntry | undefined;
  /** A secret by name, never logged. */
  secret(name: string): string | undefined;
  /** Folders that file activities may touch (absolute), the first is what relative paths start from. */
  readonly folders: readonly string[];
};

export type ActivityResult<Output> =
  | {
      readonly type: "done";
      /** Default `ok`. */
      readonly outcome?: string;
      readonly output: Output;
      readonly usage?: Usage;
      /** Committed in the same transaction as the completion: exactly once. */
      readonly memory?: readonly Pick<MemoryWrite, "name" | "op" | "value">[];
    }
  /** Sleep until `until` (epoch ms), holding nothing, then succeed with `{ until: <ISO time> }`. Survives restart. */
  | { readonly type: "wait"; readonly until: number }
  /** Ask a person. Their outcome becomes the node's, `{ outcome, comment, value, by }` its output. */
  | { readonly type: "human"; readonly card: HumanTaskCard };

export type ActivityDefinition<Input = unknown, Output extends Json = Json> = {
  readonly info: ActivityInfo;
  /** Settings as `with` gives them, every `${{ … }}` already replaced by its value. */
  readonly input: z.ZodType<Input>;
  readonly output: z.ZodType<Output>;
  /** Fields of `with` (dotted, `[]` for items) that hold bare expressions, with the names they may use besides the run's. */
  readonly expressions?: readonly { readonly path: string; readonly names?: readonly string[] }[];
  /** What of the run, besides the settings, its result depends on: a stored result is not shared across these. */
  readonly dependsOn?: readonly ("provider" | "folder")[];
  /** The part of the settings (as they are written) that says which model a node asks; undefined: it asks none. */
  readonly modelSettings?: (settings: JsonObject) => Json | undefined;
  /** Names for the setting `model`, for activities that ask one: their fallback chains may hold others. */
  readonly models?: () => readonly string[];
  /**
   * The service that an attempt depends on, so that failures in a row can give it a rest. `of` gets the settings named in
   * `reads`, each as the node gives it with its expressions in place. Absent: none, unless the node names one.
   */
  readonly service?: {
    readonly reads: readonly string[];
    readonly of: (settings: JsonObject, provider: Provider) => string | undefined;
  };
  /** Applied when the node names no timeout, ms. */
  readonly defaultTimeoutMs?: number;
  /** `input` is what the schema of the same name gave back. Throws what `failureOf` (failure.ts) can read. */
  run(input: Input, context: ActivityContext): Promise<ActivityResult<Output>> | ActivityResult<Output>;
  /** What a simulated run does instead; absent: the same `run` (only for what touches nothing outside). */
  simulate?(input: Input, context: ActivityContext): Promise<ActivityResult<Output>> | ActivityResult<Output>;
  /**
   * What attempts cost and take, before a run. `settings` are `with` as written: what only a run knows still is
   * `${{ … }}`, and nothing was checked. Absent: nothing is known but its time limit; what is pure and has
   * none is done at once.
   */
  estimate?(settings: JsonObject, context: EstimateContext): Estimate;
};

type Spec<I, O extends Json> = Omit<ActivityDefinition<I, O>, "info" | "input" | "output"> & {
  /** Made when first asked for: a command needs the schemas of the kinds that it meets, not of all. */
  readonly input: () => z.ZodType<I>;
  readonly output: () => z.ZodType<O>;
  /** `schema` comes from `input`, `group` from `layers`; one outcome, `ok`, unless said otherwise. */
  readonly info: Omit<ActivityInfo, "layers" | "group" | "outcomes" | "schema"> &
    Partial<Pick<ActivityInfo, "layers" | "outcomes">>;
};

/** Types the schemas and the function against each other, then widens the types so that a registry can hold it. */
export function defineActivity<I, O extends Json>(spec: Spec<I, O>): ActivityDefinition {
  const layers = spec.info.layers ?? [];
  let input: z.ZodType<I> | undefined;
  let output: z.ZodType<O> | undefined;
  let schema: JsonObject | undefined;
  const info: ActivityInfo = {
    ...spec.info,
    layers,
    group: layers.length > 0 ? "layer" : "control",
    outcomes: spec.info.outcomes ?? ["ok"],
    get schema() {
      schema ??= settingsSchema(spec.input());
      return schema;
    },
  };
  return {
    ...spec,
    info,
    get input() {
      input ??= spec.input();
      return input;
    },
    get output() {
      output ??= spec.output();
      return output;
    },
  };
}

function settingsSchema(input: z.ZodType): JsonObject {
  const {
    $schema: _,
    "~standard": __,
    ...schema
  } = z.toJSONSchema(input, { io: "input", unrepresentable: "any" });
  return JSON.parse(JSON.stringify(schema));
}

/** May a node with these settings run again without harm, and without waiting for the disk? */
export function isPure({ info, modelSettings }: ActivityDefinition, settings: JsonObject = {}): boolean {
  return info.pure && modelSettings?.(settings) === undefined;
}

export type ActivityRegistry = ReadonlyMap<string, ActivityDefinition>;
