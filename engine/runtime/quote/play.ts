/** Plays a script ahead: what each activation of a node comes to, tries, delays and the links of its chain included. */
import type { PlanNode } from "#core/plan.ts";
import { retryDelay } from "#core/retry.ts";
import type { PlayedAttempt } from "#ports/estimate.ts";

export type Luck = {
  /** Of retry delays, in [0, 1]. */
  readonly random: number;
  /** What an entry takes that does not say; null: nobody knows. */
  readonly otherwiseMs: number | null;
  readonly limitMs: number | undefined;
};

export type Played = { readonly usd: number; readonly ms: number | null; readonly attempts: number };

/** Activations one after the other, up to the first that plays nothing but the last entry: from there on all are alike. */
export function playAhead(
  script: readonly PlayedAttempt[],
  node: PlanNode,
  activations: number,
  luck: Luck,
): readonly Played[] {
  const played: Played[] = [];
  for (let from = 0; played.length < activations; ) {
    const next = playOne(script, from, node, luck);
    played.push(next);
    if (from >= script.length - 1) break;
    from += next.attempts;
  }
  return played;
}

function playOne(script: readonly PlayedAttempt[], from: number, node: PlanNode, luck: Luck): Played {
  const { retries } = node.retry;
  let usd = 0;
  let ms: number | null = 0;
  let attempts = 0;
  for (const link of [undefined, ...node.fallback]) {
    if (typeof link === "object" || link === "human") break;
    for (let tries = 1; tries <= retries + 1; tries++) {
      const entry = entryAt(script, from + attempts, luck);
      attempts += 1;
      usd += entry.usd;
      ms = ms === null || entry.ms === null ? null : ms + entry.ms;
      if (entry.fails === undefined) return { usd, ms, attempts };
      if (entry.fails === "permanent") break;
      if (entry.fails === "transient" && tries <= retries && ms !== null)
        ms += retryDelay(node.retry, tries, entry.retryAfterMs, luck.random);
    }
  }
  return { usd, ms, attempts };
}

/** What takes longer than it may is given up and tried again. */
function entryAt(
  script: readonly PlayedAttempt[],
  place: number,
  { otherwiseMs, limitMs }: Luck,
): PlayedAttempt {
  const entry = script[Math.min(place, script.length - 1)];
  if (!entry) return { usd: 0, ms: null };
  const ms = entry.ms ?? otherwiseMs;
  return ms === null || limitMs === undefined || ms <= limitMs
    ? { ...entry, ms }
    : { usd: 0, ms: limitMs, fails: "transient" };
}
