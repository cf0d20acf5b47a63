/** The last event of a run: evaluates `output:` and settles the final status. */
import type { EventBody, FinalRunStatus } from "#contract/events.ts";
import { isLimited } from "#core/view.ts";
import { failureOf } from "#ports/failure.ts";
import type { LiveRun } from "./live-run.ts";
import { type ScopeSources, scopeFor } from "./scope.ts";

export function endRun(run: LiveRun, sources: ScopeSources, status: FinalRunStatus): EventBody {
  const { output } = run.program.definition;
  if (output === undefined) return { event: "RunEnded", status, output: { value: null } };
  try {
    const template = run.program.template("output", output);
    const value = template.evaluate(scopeFor(run, sources, template.reads, undefined));
    return { event: "RunEnded", status, output: sources.values.put(value) };
  } catch (thrown) {
    // A run that did not get to its end, or was not to, cannot be blamed for an output it never reached.
    if ((status !== "completed" && status !== "partial") || isLimited(run.state))
      return { event: "RunEnded", status, output: { value: null } };
    return { event: "RunEnded", status: "failed", output: { value: null }, failure: failureOf(thrown) };
  }
}
