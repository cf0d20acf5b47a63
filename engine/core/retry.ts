/** How long to wait before the next try. Pure arithmetic: the randomness comes in. */
import type { RetryPolicy } from "./plan.ts";

/** However long a service asks us to stay away, we come back after an hour. */
const MAX_RETRY_AFTER_MS = 3_600_000;

/**
 * Whole milliseconds after failed attempt number `attempt` (1-based). A service's own wish (`retryAfterMs`) comes
 * first; else initial × multiplier^(attempt − 1), at most `max`; with full jitter times `random` in [0, 1).
 */
export function retryDelay(
  policy: RetryPolicy,
  attempt: number,
  retryAfterMs: number | undefined,
  random: number,
): number {
  if (retryAfterMs !== undefined) return Math.round(Math.min(MAX_RETRY_AFTER_MS, Math.max(0, retryAfterMs)));
  // By repeated multiplication: `**` may differ in the last bit between machines.
  let delay = policy.initialMs;
  for (let n = 1; n < attempt && delay < policy.maxMs; n++) delay *= policy.multiplier;
  delay = Math.min(delay, policy.maxMs);
  return Math.round(policy.jitter === "full" ? delay * random : delay);
}
