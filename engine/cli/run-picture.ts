/** The live picture of one run, put together from its updates: what every view of the command line draws from. */
import type { ErrorShape } from "#contract/errors.ts";
import type { EdgeView, Escalation, HumanTask, NodeView, RunSummary, RunUpdate } from "#contract/run.ts";

export class RunPicture {
  readonly nodes = new Map<string, NodeView>();
  readonly edges = new Map<number, EdgeView>();
  summary: RunSummary | undefined;
  tasks: readonly HumanTask[] = [];
  hint: string | undefined;
  /** Why nothing is recorded just now. */
  held: ErrorShape | undefined;

  get escalation(): Escalation | undefined {
    return this.summary?.escalation;
  }

  apply(update: RunUpdate): void {
    for (const node of update.nodes) this.nodes.set(node.id, node);
    for (const edge of update.edges) this.edges.set(edge.index, edge);
    this.summary = update.summary;
    this.tasks = update.tasks;
    this.held = update.held;
    this.hint = update.failure?.hint ?? this.hint;
  }

  /** Nothing moves until a person acts: no attempt runs, no clock will wake a node. */
  get needsPerson(): boolean {
    if (this.summary?.status === "paused") return true;
    if (this.summary?.status !== "waiting" || this.tasks.length === 0) return false;
    return [...this.nodes.values()].every(
      ({ waitsFor }) => waitsFor?.kind !== "retry" && waitsFor?.kind !== "timer",
    );
  }
}
