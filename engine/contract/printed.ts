/**
 * What skins hand to scripts and people (the command line's `--json`, REST): what the engine gives, its times as ISO 8601
 * texts in place of epoch milliseconds.
 */
import type { MemoryName, MemoryVersion, RunPreview, StoredResultView } from "./engine-api.ts";
import type { BreakerView, HumanTask, RunSummary } from "./run.ts";

type Printed<T, K extends keyof T> = Omit<T, K> & { readonly [Key in K]: string | Exclude<T[Key], number> };

export const printedRun = (run: RunSummary) => withTimes(run, "startedAt", "endedAt");
export const printedCard = <T extends object & { readonly timeoutAt?: number | undefined }>(card: T) =>
  withTimes(card, "timeoutAt");
export const printedTask = ({ card, ...task }: HumanTask) => ({
  ...withTimes(task, "openedAt"),
  card: printedCard(card),
});
export const printedBreaker = (breaker: BreakerView) => withTimes(breaker, "until");
export const printedMemory = <T extends MemoryName | MemoryVersion>(memory: T) => withTimes(memory, "at");
export const printedResult = (result: StoredResultView) => withTimes(result, "storedAt", "expiresAt");
export const printedPreview = ({ basedOn, ...preview }: RunPreview) =>
  basedOn ? { ...preview, basedOn: withTimes(basedOn, "startedAt") } : preview;

function withTimes<T extends object, K extends keyof T>(value: T, ...times: readonly K[]): Printed<T, K> {
  const printed: Partial<Record<K, string>> = {};
  for (const key of times) {
    const at = value[key];
    if (typeof at === "number") printed[key] = new Date(at).toISOString();
  }
  return { ...value, ...printed } as Printed<T, K>;
}
