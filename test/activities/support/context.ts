/** An activity's context for tests: time stands still but for `sleep`, everything that was done is kept. */
import { createServer } from "node:net";
import type { Json, JsonObject } from "#contract/json.ts";
import type { ActivityContext, ActivityDefinition, ActivityResult } from "#ports/activity.ts";

export type TestContext = ActivityContext & {
  readonly slept: number[];
  readonly streamed: string[];
  readonly partials: JsonObject[];
};

export type Settings = Partial<
  Omit<ActivityContext, "now" | "sleep" | "stream" | "partial" | "secret" | "memory">
> & {
  readonly secrets?: Readonly<Record<string, string>>;
  readonly memories?: Readonly<Record<string, { readonly value: Json; readonly at: number }>>;
  /** Sleep in real time. */
  readonly real?: boolean;
};

export function contextFor(settings: Settings = {}): TestContext {
  const { secrets = {}, memories = {}, real = false, ...own } = settings;
  let now = 1_000;
  const slept: number[] = [];
  const streamed: string[] = [];
  const partials: JsonObject[] = [];
  const signal = own.signal ?? new AbortController().signal;
  return {
    runId: "r1",
    node: "n1",
    activation: 1,
    attempt: 1,
    tryOfRun: 1,
    idempotencyKey: "r1/n1/1",
    seed: 7,
    purpose: "",
    simulated: false,
    provider: "anthropic",
    folders: [],
    evaluate: () => null,
    ...own,
    signal,
    slept,
    streamed,
    partials,
    now: () => now,
    async sleep(ms) {
      signal.throwIfAborted();
      slept.push(ms);
      now += ms;
      if (real) await new Promise((resolve) => setTimeout(resolve, ms));
      signal.throwIfAborted();
    },
    stream: (text) => void streamed.push(text),
    partial: (output) => void partials.push(output),
    secret: (name) => secrets[name],
    memory(name) {
      const entry = memories[name];
      return entry && { name, version: 1, ...entry };
    },
  };
}

/** As the runtime does it: settings through the schema, then `run` (or `simulate` where there is one). */
export async function perform(
  activity: ActivityDefinition,
  settings: JsonObject,
  context: ActivityContext = contextFor(),
): Promise<ActivityResult<Json>> {
  const input = activity.input.parse(settings);
  const result =
    context.simulated && activity.simulate
      ? await activity.simulate(input, context)
      : await activity.run(input, context);
  if (result.type === "done") activity.output.parse(result.output);
  return result;
}

/** The output of an attempt that must have succeeded at once. */
export async function outputOf(
  activity: ActivityDefinition,
  settings: JsonObject,
  context: ActivityContext = contextFor(),
): Promise<Json> {
  const result = await perform(activity, settings, context);
  if (result.type !== "done") throw new Error(`expected a finished attempt, not ${result.type}`);
  return result.output;
}

/** What an attempt that must fail throws. */
export async function thrownBy(work: () => unknown): Promise<unknown> {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error("expected a failure");
}

/** An address on loopback where nobody listens. */
export async function deadAddress(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return `127.0.0.1:${address.port}`;
}
