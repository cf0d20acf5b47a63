/** Quotes one node: one activation as expected and at worst, and all activations that a run can have. */
import type { JsonObject } from "#contract/json.ts";
import type { Amount, Figure, NodeQuote } from "#contract/quote.ts";
import { plus, times, triesOf } from "#core/bounds.ts";
import { exhaustionPolicy } from "#core/leaving.ts";
import type { ExecutionPlan, PlanNode } from "#core/plan.ts";
import { retryDelay } from "#core/retry.ts";
import type { ActivityDefinition } from "#ports/activity.ts";
import {
  both,
  type Estimate,
  type EstimateContext,
  figure,
  LOCAL,
  type PlayedAttempt,
  UNKNOWN,
} from "#ports/estimate.ts";
import { atLeast, scaled, sumOf } from "./figures.ts";
import { type Luck, type Played, playAhead } from "./play.ts";
import { areListed, asFigure, insideOf, type SubQuote } from "./sub.ts";

/** Means over attempts of earlier runs. */
export type NodeHistory = { readonly usd: number; readonly ms: number };

export type NodeFacts = {
  readonly plan: ExecutionPlan;
  readonly node: PlanNode;
  readonly activity: ActivityDefinition;
  /** `with`, as far as it is known. */
  readonly settings: JsonObject;
  readonly activations: number;
  /** How often it may be started ahead, and wrongly. */
  readonly guesses: number;
  readonly items: number | null | undefined;
  readonly isExpected: boolean;
  readonly history: NodeHistory | undefined;
  /** Of a node that starts another pipeline: what one start of it comes to. */
  readonly sub?: SubQuote;
  readonly context: EstimateContext;
};

/** `longestMs`: one activation at worst. */
export type QuotedNode = { readonly quote: NodeQuote; readonly longestMs: Figure };

/** `worst` is of all activations, `longestMs` of one. */
type Found = { readonly expected: Amount; readonly worst: Amount; readonly longestMs: Figure };
type AnyAttempt = Exclude<Estimate, { readonly script: unknown }>;

const NOTHING: Figure = figure(0, "settings");

export function quoteNode(facts: NodeFacts): QuotedNode {
  const { plan, node, activations, items, isExpected } = facts;
  const isPinned = node.definition.pin !== undefined;
  const one = isPinned ? pinned() : found(facts);
  const atOnce = node.children?.limit ?? plan.maxConcurrent;
  const all = items === undefined ? one : forItems(one, items, atOnce);
  const sub = isPinned || typeof facts.sub !== "object" ? [] : facts.sub.nodes;
  const inside = sub.length > 0 && areListed(sub) ? sub : undefined;
  const quote: NodeQuote = {
    id: node.id,
    activations,
    attempts: isPinned ? 0 : times(activations, triesOf(plan.definition, node.id)),
    ...(items === undefined ? {} : { items }),
    expected: isExpected ? all.expected : null,
    worst: all.worst,
    ...(inside ? { inside: inside.map((inner) => insideOf(inner, activations, items ?? 1)) } : {}),
  };
  return { quote, longestMs: all.longestMs };
}

function pinned(): Found {
  const nothing = { usd: NOTHING, ms: NOTHING };
  return { expected: nothing, worst: nothing, longestMs: NOTHING };
}

function found(facts: NodeFacts): Found {
  const quoted = facts.sub === undefined ? ofItself(facts) : ofSub(facts, facts.sub);
  if (!mayAskPerson(facts)) return quoted;
  const { expected, worst, longestMs } = quoted;
  return { expected, worst: { ...worst, ms: atLeast(worst.ms) }, longestMs: atLeast(longestMs) };
}

/** A guess is one attempt beside the others; it takes no time of its own. */
function withGuesses({ guesses }: NodeFacts, alone: Found, estimate: Estimate): Found {
  if (guesses === 0) return alone;
  const one =
    "script" in estimate
      ? figure(Math.max(0, ...estimate.script.map(({ usd }) => usd)), "script")
      : estimate.usd.worst;
  const { worst } = alone;
  return { ...alone, worst: { ...worst, usd: sumOf(worst.usd, scaled(one, guesses)) } };
}

function ofItself(facts: NodeFacts): Found {
  const { activity, settings, context } = facts;
  const estimate = activity.estimate?.(settings, context) ?? withoutEstimate(activity);
  const alone = "script" in estimate ? ofScript(facts, estimate.script) : ofAnyAttempt(facts, estimate);
  return withGuesses(facts, alone, estimate);
}

function ofSub({ activations, history }: NodeFacts, sub: NonNullable<SubQuote>): Found {
  if (sub === "too-deep") return pinned();
  const usual = sub.nodes.flatMap(({ expected }) => expected ?? []);
  const one = (of: "usd" | "ms"): Figure => {
    const told = asFigure(
      sub.expected,
      of,
      usual.map((amount) => amount[of]),
    );
    return told.atLeast && history ? figure(history[of], "history") : learned(told, history?.[of]);
  };
  const most = (of: "usd" | "ms"): Figure =>
    asFigure(
      sub.worst,
      of,
      sub.nodes.map(({ worst }) => worst[of]),
    );
  const longestMs = most("ms");
  return {
    expected: { usd: one("usd"), ms: one("ms") },
    worst: { usd: scaled(most("usd"), activations), ms: scaled(longestMs, activations) },
    longestMs,
  };
}

/** What says nothing of itself is not taken for free, but for pure work, which this process does at once. */
function withoutEstimate({ info, defaultTimeoutMs }: ActivityDefinition): Estimate {
  if (info.pure && defaultTimeoutMs === undefined) return LOCAL;
  return { usd: both(UNKNOWN), ms: both(UNKNOWN) };
}

/** At the end of a chain or of a loop a person may be asked, without a time limit. */
function mayAskPerson({ plan, node }: NodeFacts): boolean {
  if (node.fallback.includes("human")) return true;
  return node.loopsOut.some((edge) => {
    const loop = plan.edges[edge];
    return loop !== undefined && exhaustionPolicy(plan, loop) === "escalate";
  });
}

function limitOf({ node, activity }: NodeFacts): number | undefined {
  return node.timeoutMs ?? activity.defaultTimeoutMs;
}

function ofScript(facts: NodeFacts, script: readonly PlayedAttempt[]): Found {
  const { node, activations } = facts;
  const limitMs = limitOf(facts);
  const usual: Luck = { random: 0.5, otherwiseMs: null, limitMs };
  const [first = { usd: 0, ms: 0 }] = playAhead(script, node, 1, usual);
  // Each item is a run of its own, in which the script begins anew, round after round.
  const [alike, inARow] = facts.items === undefined ? [1, activations] : [activations, 1];
  const all = playAhead(script, node, inARow, { random: 1, otherwiseMs: limitMs ?? null, limitMs });
  const together = (of: (one: Played) => number): number => {
    const last = all.at(-1);
    const rest = last === undefined ? 0 : times(inARow - all.length, of(last));
    return times(
      alike,
      all.reduce((sum, one) => plus(sum, of(one)), rest),
    );
  };
  const scripted = (value: number): Figure => figure(value, "script");
  const isKnown = all.every(({ ms }) => ms !== null);
  return {
    expected: { usd: scripted(first.usd), ms: first.ms === null ? UNKNOWN : scripted(first.ms) },
    worst: {
      usd: scripted(together(({ usd }) => usd)),
      ms: isKnown ? scripted(together(({ ms }) => ms ?? 0)) : UNKNOWN,
    },
    longestMs: isKnown ? scripted(Math.max(...all.map(({ ms }) => ms ?? 0))) : UNKNOWN,
  };
}

function ofAnyAttempt(facts: NodeFacts, { usd, ms, once }: AnyAttempt): Found {
  const { node, activations, history, activity, settings, context } = facts;
  const tries = once ? 1 : node.retry.retries + 1;
  const links = node.fallback.filter((link) => typeof link === "string" && link !== "human");
  const ofLinks = links.map((model) => {
    const other = activity.estimate?.({ ...settings, model }, context);
    return other === undefined || "script" in other ? UNKNOWN : other.usd.worst;
  });
  const worstUsd = scaled(sumOf(usd.worst, ...ofLinks), tries);
  const limitMs = limitOf(facts);
  const attemptMs = ms.worst.value !== null || limitMs === undefined ? ms.worst : figure(limitMs, "settings");
  let delays = 0;
  for (let failed = 1; failed < tries; failed++) delays += retryDelay(node.retry, failed, undefined, 1);
  const longestMs = scaled(sumOf(scaled(attemptMs, tries), figure(delays, "settings")), 1 + links.length);
  const expected = { usd: learned(usd.expected, history?.usd), ms: learned(ms.expected, history?.ms) };
  return {
    expected,
    worst: { usd: scaled(worstUsd, activations), ms: scaled(longestMs, activations) },
    longestMs,
  };
}

/** What the file says holds; what is unknown or a guess gives way to what earlier runs have shown. */
function learned(told: Figure, shown: number | undefined): Figure {
  const isGuess = told.basis === "unknown" || told.basis === "price list";
  return isGuess && shown !== undefined ? figure(shown, "history") : told;
}

/** Not known how many: the figures are of one item, and more is to come. */
function forItems({ expected, worst, longestMs }: Found, items: number | null, atOnce: number): Found {
  const each = (figure: Figure, factor: number): Figure =>
    items === null ? atLeast(figure) : scaled(figure, factor);
  const count = items ?? 1;
  const rounds = Math.ceil(count / atOnce);
  const amount = ({ usd, ms }: Amount): Amount => ({ usd: each(usd, count), ms: each(ms, rounds) });
  return { expected: amount(expected), worst: amount(worst), longestMs: each(longestMs, rounds) };
}
