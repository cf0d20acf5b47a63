/** An HTTP date in any of its three forms; `Date.parse` alone takes nearly every text that holds a number. */
const HTTP_DATE = /^(mon|tue|wed|thu|fri|sat|sun)[a-z]*,? .*\d{2}:\d{2}:\d{2}/i;
const SECONDS = /^\d+(\.\d+)?$/;

/**
 * When a server asks to be tried again, in ms from now: `retry-after-ms`, or `retry-after` in seconds or as a date. A
 * date that is over means at once; what cannot be understood (a negative number, other words) is no wish at all. How
 * long a wish is heeded at most is the core's business (core/retry.ts).
 */
export function retryAfterMs(headers: Headers | undefined, now: number): number | undefined {
  const ms = headers?.get("retry-after-ms")?.trim() ?? "";
  if (SECONDS.test(ms)) return whole(Number(ms));
  const text = headers?.get("retry-after")?.trim() ?? "";
  if (SECONDS.test(text)) return whole(Number(text) * 1_000);
  const date = HTTP_DATE.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** A number that the journal can hold: JSON knows no infinity. */
function whole(ms: number): number {
  return Math.min(Number.MAX_SAFE_INTEGER, Math.ceil(ms));
}
