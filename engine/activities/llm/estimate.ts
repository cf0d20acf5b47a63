/**
 * What asking a model costs, before it is asked: its price, the length of the prompt, the longest answer that it may
 * give. A simulated model costs and takes what its script says.
 */
import { knownMs, objectsOf } from "#activities/known.ts";
import { playedAttempt } from "#activities/script.ts";
import type { Json, JsonObject } from "#contract/json.ts";
import {
  both,
  type Estimate,
  type EstimateContext,
  figure,
  type PlayedAttempt,
  type Spread,
  UNKNOWN,
} from "#ports/estimate.ts";
import { COMPLEXITIES, modelFor, usageOfTokens } from "./models.ts";
import { MS_A_WORD, MS_TO_FAIL, spokenText, wordsIn } from "./pace.ts";

/** Tokens of an answer that is neither short nor long, and of one that says nothing of its length. */
const USUAL_ANSWER = 1_000;
const DEFAULT_MAX_TOKENS = 8_192;
/** No token is shorter than a byte. What the API itself writes around a prompt and a schema is not told; this is ample. */
const AROUND_PROMPT = 1_000;

export function estimateModel(settings: JsonObject, context: EstimateContext): Estimate {
  const provider = settings.provider ?? context.provider;
  if (provider === "simulated") return simulated(settings);
  return { usd: price(settings), ms: both(UNKNOWN) };
}

function simulated(settings: JsonObject): Estimate {
  const [play = {}] = objectsOf([settings.simulate ?? null]);
  const delay = knownMs(play.delay);
  const script = objectsOf(play.script).map((entry): PlayedAttempt => {
    const ms = delay ?? (entry.error === undefined ? speechMs(entry.output) : MS_TO_FAIL);
    return playedAttempt(entry, ms);
  });
  if (script.length > 0) return { script };
  return { usd: both(figure(0, "script")), ms: both(delay === null ? UNKNOWN : figure(delay, "script")) };
}

/** What is made up, or worked out in the run, has a length that nobody knows yet. */
function speechMs(output: Json | undefined): number | null {
  if (output === undefined || JSON.stringify(output).includes("${{")) return null;
  return wordsIn(spokenText(output)).length * MS_A_WORD;
}

function price(settings: JsonObject): Spread {
  const { model, complexity, maxTokens } = settings;
  const level = COMPLEXITIES.find((one) => one === complexity) ?? "medium";
  const id = modelFor(typeof model === "string" ? model : undefined, level);
  const input = promptSize([settings.prompt, settings.system, settings.schema]);
  const most = typeof maxTokens === "number" ? maxTokens : DEFAULT_MAX_TOKENS;
  const cost = (tokens: number, output: number): Spread["worst"] => {
    const { usd } = usageOfTokens(id, { input: tokens, output, cacheWrite: 0, cacheRead: 0 });
    return usd === undefined ? UNKNOWN : figure(usd, "price list", input.open);
  };
  return {
    expected: cost(input.tokens, Math.min(USUAL_ANSWER, most)),
    worst: cost(input.bytes + AROUND_PROMPT, most),
  };
}

/**
 * `tokens`: about four letters each, or one of the scripts that write a word in a sign. `open`: a part is not known yet.
 * `bytes` of UTF-8, as it is written.
 */
function promptSize(parts: readonly (Json | undefined)[]): {
  readonly tokens: number;
  readonly bytes: number;
  readonly open: boolean;
} {
  const texts = parts.map((part) => (part === undefined || part === null ? "" : asWritten(part)));
  const whole = texts.join("");
  const known = whole.replace(/\$\{\{[\s\S]*?\}\}/g, "");
  const wide = known.match(/[\u0250-\uffff]/g)?.length ?? 0;
  return {
    tokens: Math.ceil((known.length - wide) / 4) + wide,
    bytes: new TextEncoder().encode(whole).length,
    open: known !== whole,
  };
}

function asWritten(part: Json): string {
  return typeof part === "string" ? part : JSON.stringify(part);
}
