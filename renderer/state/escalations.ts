/** Runs that have come to need a look since the list of runs was last told. Pure. */
import { escalationPlace } from "#contract/escalation-place.ts";
import type { RunSummary } from "#contract/run.ts";

/** The first level that a person is told of, wherever they look. */
const TOLD = 3;

export function risenRuns(
  before: readonly RunSummary[] | undefined,
  now: readonly RunSummary[] | undefined,
): readonly RunSummary[] {
  // What is there when the screen opens is no news.
  if (before === undefined || now === undefined || before === now) return [];
  const known = new Map(before.map((run) => [run.id, run.escalation]));
  return now.filter(({ id, escalation }) => {
    const old = known.get(id);
    if (!escalation || escalation.level < TOLD) return false;
    return (
      escalation.level > (old?.level ?? 0) ||
      (escalation.level === old?.level && escalationPlace(escalation) !== escalationPlace(old))
    );
  });
}
