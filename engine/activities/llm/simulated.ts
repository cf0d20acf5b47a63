/**
 * The simulated provider: no network, no cost, the same answer for the same node, input and attempt. It streams like
 * a real one, fails as its script says, and always says that it is simulated.
 */
import { asText, milliseconds } from "#activities/fields.ts";
import { entryFor, scriptedFailure, usageOfEntry } from "#activities/script.ts";
import type { ErrorCode } from "#contract/errors.ts";
import type { FailureClass, Usage } from "#contract/events.ts";
import type { Json, JsonObject } from "#contract/json.ts";
import type { ActivityContext } from "#ports/activity.ts";
import { AttemptError } from "#ports/failure.ts";
import { diceFor } from "./dice.ts";
import { madeUpData, madeUpText } from "./made-up.ts";
import { MS_A_WORD, MS_TO_FAIL, spokenText, wordsIn } from "./pace.ts";
import type { LlmSettings } from "./settings.ts";
import { conformanceTo } from "./structured.ts";

/** Pieces that an answer streams in at most: a long answer comes in larger ones. */
const MAX_PIECES = 48;

const CODES: Record<FailureClass, { readonly code: ErrorCode; readonly message: string }> = {
  transient: { code: "MODEL_RATE_LIMITED", message: "simulated: too many requests (429)" },
  permanent: { code: "MODEL_REFUSED", message: "simulated: the model refused to answer" },
  quality: { code: "MODEL_OUTPUT_INVALID", message: "simulated: the answer does not fit" },
};

type Entry = NonNullable<NonNullable<LlmSettings["simulate"]>["script"]>[number];

export async function playSimulatedModel(
  settings: LlmSettings,
  context: ActivityContext,
  hear: (piece: string) => void,
): Promise<{ output: Json; usage: Usage }> {
  const entry = entryFor(settings.simulate?.script ?? [], context.tryOfRun) ?? {};
  const delay = entry.delay ?? settings.simulate?.delay;
  const delayMs = delay === undefined ? undefined : milliseconds(delay);
  if (entry.error !== undefined) {
    await pause(delayMs ?? MS_TO_FAIL, context);
    throw played(entry.error, entry);
  }
  const prompt = asText(settings.prompt);
  const answer = entry.output ?? madeUp(settings, prompt, context);
  checkAgainst(settings.schema, answer, entry.output === undefined);
  const text = spokenText(answer);
  await streamWords(text, delayMs, context, hear);
  const tokens = Math.ceil((prompt.length + text.length) / 4);
  return { output: labelled(answer, settings.schema), usage: { usd: 0, tokens, ...usageOfEntry(entry) } };
}

function played(failureClass: FailureClass, entry: Entry): AttemptError {
  const { code, message } = CODES[failureClass];
  const said = entry.message === undefined ? message : `simulated: ${asText(entry.message)}`;
  return new AttemptError(code, said, { usage: usageOfEntry(entry), ...scriptedFailure(entry) });
}

function madeUp(settings: LlmSettings, prompt: string, context: ActivityContext): Json {
  const input = [prompt, asText(settings.system ?? null), asText(settings.schema ?? null)];
  const dice = diceFor([context.seed, context.node, context.tryOfRun, ...input].join("\n"));
  return settings.schema ? madeUpData(settings.schema, prompt, dice) : madeUpText(prompt, dice);
}

function checkAgainst(schema: JsonObject | undefined, answer: Json, isMadeUp: boolean): void {
  const wrong = schema && conformanceTo(schema)(answer);
  if (wrong === undefined) return;
  if (!isMadeUp) {
    throw new AttemptError("MODEL_OUTPUT_INVALID", `simulated: the answer does not fit the schema: ${wrong}`);
  }
  throw new AttemptError(
    "MODEL_REQUEST_INVALID",
    `the simulated model cannot make up what fits the schema: ${wrong}`,
    {
      hint: "Write the answer down: simulate: { script: [{ output: … }] }.",
    },
  );
}

/** A text without a schema becomes `{ text, model, simulated }`; data is marked where its schema leaves room. */
function labelled(answer: Json, schema: JsonObject | undefined): Json {
  if (schema === undefined && typeof answer === "string")
    return { text: answer, model: "simulated", simulated: true };
  if (typeof answer !== "object" || answer === null || Array.isArray(answer)) return answer;
  const marked = { ...answer, simulated: true };
  return schema === undefined || conformanceTo(schema)(marked) === undefined ? marked : answer;
}

async function streamWords(
  text: string,
  delayMs: number | undefined,
  context: ActivityContext,
  hear: (piece: string) => void,
): Promise<void> {
  const words = wordsIn(text);
  const size = Math.max(1, Math.ceil(words.length / MAX_PIECES));
  const pieces = Math.max(1, Math.ceil(words.length / size));
  for (let at = 0; at < pieces; at += 1) {
    const piece = words.slice(at * size, (at + 1) * size);
    await pause(delayMs === undefined ? MS_A_WORD * piece.length : share(delayMs, at, pieces), context);
    if (piece.length > 0) hear(piece.join(""));
  }
}

/** Whole milliseconds that add up to the whole delay. */
function share(delayMs: number, at: number, pieces: number): number {
  return Math.round((delayMs * (at + 1)) / pieces) - Math.round((delayMs * at) / pieces);
}

async function pause(ms: number, context: ActivityContext): Promise<void> {
  if (ms > 0) await context.sleep(ms);
}
