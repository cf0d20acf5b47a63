/**
 * What nodes of simulated pipelines do: `work` has effects outside, `think` has none. The dice say what comes of each
 * attempt and how it comes; every answer is kept, so that what is recorded can be held against what was given.
 */
import { z } from "zod";
import { createRegistry } from "#activities/registry.ts";
import { LayerloomError } from "#contract/errors.ts";
import type { FailureClass, Usage } from "#contract/events.ts";
import type { Json } from "#contract/json.ts";
import {
  type ActivityContext,
  type ActivityDefinition,
  type ActivityRegistry,
  type ActivityResult,
  defineActivity,
} from "#ports/activity.ts";
import type { Clock } from "#ports/clock.ts";
import { both, figure, UNKNOWN } from "#ports/estimate.ts";
import { AttemptError } from "#ports/failure.ts";
import { OUTCOMES } from "#test/reference/oracle.ts";
import type { Dice } from "./dice.ts";
import type { Mood } from "./scenario.ts";

const DELAYS = [1, 5, 20, 100, 1_000, 30_000, 600_000];
/** What an attempt costs at worst. */
const MOST_USD = 1;
const FAILURES: readonly FailureClass[] = ["transient", "transient", "transient", "quality", "permanent"];

const input = z.strictObject({
  sees: z.unknown().optional(),
  hears: z.unknown().optional(),
  model: z.string().optional(),
  ways: z.array(z.string()).optional(),
});
const json = z.custom<Json>((value) => value !== undefined);

export type Answer =
  | { readonly outcome: string; readonly output: Json; readonly usage: Usage | undefined }
  | { readonly failed: FailureClass; readonly usage: Usage | undefined };

export type Begun = {
  readonly context: ActivityContext;
  readonly pure: boolean;
  readonly sees: unknown;
  /** Nodes among which the output may choose. */
  readonly ways: readonly string[];
};

/** What the activities ask of the world that they run in. */
export type Stage = {
  readonly dice: Dice;
  readonly mood: Mood;
  readonly clock: Clock;
  /** Throws when the life that began it is over. Answers how many times this attempt had begun before. */
  began(begun: Begun): number;
  answered(context: ActivityContext, answer: Answer): void;
};

export function worldRegistry(stage: Stage): ActivityRegistry {
  const registry = new Map(createRegistry());
  for (const [name, pure] of [
    ["work", false],
    ["think", true],
  ] as const) {
    registry.set(name, activityOf(name, pure, stage));
  }
  return registry;
}

function activityOf(name: string, pure: boolean, stage: Stage): ActivityDefinition {
  return defineActivity({
    info: {
      name,
      title: name,
      description: name,
      icon: "circle",
      outcomes: OUTCOMES,
      pure,
      example: {},
    },
    input: () => input,
    models: () => ["haiku"],
    output: () => json,
    estimate: () => ({ usd: both(figure(MOST_USD, "script")), ms: both(UNKNOWN) }),
    run: ({ sees, ways = [] }, context) => perform(stage, { context, pure, sees, ways }),
  });
}

function perform(stage: Stage, begun: Begun): Promise<ActivityResult<Json>> | ActivityResult<Json> {
  const { dice, mood, clock } = stage;
  const { context } = begun;
  const { node, activation, attempt } = context;
  const asked = [context.runId, node, activation, attempt, stage.began(begun)] as const;
  const give = () => answerOf(stage, begun, asked);
  if (dice.chance(30, "at once", ...asked)) return give();
  if (dice.chance(mood.hanging, "hangs", ...asked)) return hang(context, give);
  if (dice.chance(15, "soon", ...asked)) return Promise.resolve().then(give);
  streamPart(stage, begun, asked);
  const delay = dice.pick(DELAYS, "delay", ...asked);
  if (!dice.chance(mood.deaf, "deaf", ...asked)) return context.sleep(delay).then(give);
  // Its own timer comes first, so that time need not move on while it is only half awake.
  const over = new Promise<void>((resolve) => clock.at(clock.now() + delay, resolve));
  const sleep = context.sleep(delay).catch(() => {});
  return Promise.all([over, sleep]).then(give);
}

/** Some tell a part of their output ahead: what it will be, or something else. */
function streamPart({ dice }: Stage, { context }: Begun, asked: readonly (string | number)[]): void {
  if (dice.chance(75, "streams", ...asked))
    context.partial({ of: dice.chance(60, "rightly", ...asked) ? outputName(asked) : "a mistake" });
}

function outputName([runId, node, activation, attempt]: readonly (string | number)[]): string {
  return `${runId}/${node}#${activation}/${attempt}`;
}

/** Without a time-out of the node it would hang for ever: then it answers after a long time. */
async function hang(
  context: ActivityContext,
  give: () => ActivityResult<Json>,
): Promise<ActivityResult<Json>> {
  await context.sleep(3_000_000);
  return give();
}

function answerOf(
  { dice, mood, answered }: Stage,
  { context, ways }: Begun,
  asked: readonly (string | number)[],
): ActivityResult<Json> {
  const usage = dice.chance(50, "costs", ...asked)
    ? {
        usd: (dice.number("usd", ...asked) % (64 * MOST_USD + 1)) / 64,
        tokens: dice.number("tokens", ...asked) % 500,
      }
    : undefined;
  const failed = dice.chance(mood.failing, "fails", ...asked)
    ? dice.pick(FAILURES, "class", ...asked)
    : undefined;
  if (failed !== undefined) {
    answered(context, { failed, usage });
    const wish = dice.pick([undefined, undefined, 0, 5_000, 400 * 3_600_000], "retry after", ...asked);
    throw new AttemptError("SIMULATED_FAILURE", `${failed} failure`, {
      scripted: failed,
      ...(usage === undefined ? {} : { usage }),
      ...(wish === undefined ? {} : { retryAfterMs: wish }),
    });
  }
  const outcome = dice.pick(OUTCOMES, "outcome", ...asked);
  const chosen = ways.length === 0 ? {} : { next: choice(dice, ways, asked) };
  const before = asked[4];
  const padding = dice.chance(5, "large", ...asked) ? { padding: "x".repeat(600) } : {};
  const output = {
    of: outputName(asked),
    before: before ?? 0,
    ...padding,
    ...chosen,
  };
  if (dice.chance(1, "nonsense", ...asked)) {
    answered(context, { failed: "permanent", usage });
    return { type: "done", output: (() => {}) as unknown as Json, ...(usage === undefined ? {} : { usage }) };
  }
  answered(context, { outcome, output, usage });
  return { type: "done", outcome, output, ...(usage === undefined ? {} : { usage }) };
}

/** Some of the ways, or, seldom, one that there is not. */
function choice(dice: Dice, ways: readonly string[], asked: readonly (string | number)[]): Json {
  if (dice.chance(3, "nowhere", ...asked)) return "nowhere";
  const chosen = ways.filter((way) => dice.chance(60, "way", way, ...asked));
  return chosen.length === 1 ? (chosen[0] ?? null) : chosen;
}

/** What a life that is over does when it comes to its turn. */
export function cutOff(): LayerloomError {
  return new LayerloomError("ATTEMPT_CANCELLED", "the life is over");
}
