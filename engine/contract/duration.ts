/** Durations as people write them in a pipeline file: `500ms 1s 5m 1h 30d`. */

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

export const DURATION_PATTERN = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;
/** A hundred years: beyond it a time can no longer be written down everywhere. */
const LONGEST_MS = 36_500 * UNIT_MS.d;

/** Milliseconds, or undefined when the text is no duration, or one of more than 36500 days. */
export function parseDuration(text: string): number | undefined {
  const match = DURATION_PATTERN.exec(text);
  if (!match) return undefined;
  const ms = Math.round(Number(match[1]) * UNIT_MS[match[2] as keyof typeof UNIT_MS]);
  return ms <= LONGEST_MS ? ms : undefined;
}
