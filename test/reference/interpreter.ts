/**
 * The rules of docs/semantics.md a second time, as slow and plain as they can be written: everything is found by
 * looking at all nodes and edges again. The engine is held against it (test/core/reference.property.test.ts), so it
 * must not know the engine: only the words of the contract.
 *
 * A run is told what happens outside, one happening at a time, and says what may happen next. What a guess ahead, a
 * budget, a breaker or the length of a wait comes to is outside: it decides what happens and when, never what that means.
 */
import {
  DEFAULT_LOOP_MAX,
  DEFAULT_RETRY,
  type FallbackDefinition,
  type PipelineDefinition,
} from "#contract/definition.ts";
import type { FailureClass, NodeStatus, RunStatus } from "#contract/events.ts";
import { allEdges, type Edge, follows, innerLoops, onlyBetween } from "./graph.ts";
import {
  type Beginning,
  type Chooses,
  type Happening,
  type Holds,
  isWaiting,
  LIVE,
  type Phase,
  type Possible,
  WAITING,
} from "./happening.ts";
import { type EdgeState, freshNode, type NodeState } from "./standing.ts";

const NONE: Chooses = () => false;

export class ReferenceRun {
  readonly nodes: ReadonlyMap<string, NodeState>;
  readonly edges: readonly (Edge & EdgeState)[];
  ended: "completed" | "partial" | "failed" | "cancelled" | null = null;
  private readonly definition: PipelineDefinition;
  private readonly beginning: Beginning;
  private holds: Holds = () => false;
  private chooses: Chooses = NONE;

  constructor(definition: PipelineDefinition, beginning: Beginning = {}) {
    this.definition = definition;
    this.beginning = beginning;
    this.nodes = new Map(Object.keys(definition.nodes).map((id) => [id, freshNode()]));
    this.edges = allEdges(definition).map((edge) => ({ ...edge, state: "pending", taken: 0, count: 0 }));
    this.settle();
  }

  get status(): RunStatus {
    if (this.ended !== null) return this.ended;
    const live = [...this.nodes.values()].filter(({ phase }) => LIVE.includes(phase));
    return live.every(({ phase }) => WAITING.includes(phase)) ? "waiting" : "running";
  }

  statusOf(id: string): NodeStatus {
    const { phase } = this.node(id);
    if (phase === "idle") return this.ended === null ? "idle" : "not_reached";
    if (phase === "judging" || phase === "seeking") return "queued";
    return isWaiting(phase) ? "waiting" : phase;
  }

  /** One entry for each node that something is still to come for, in the order of the definition. */
  possible(): readonly Possible[] {
    return [...this.nodes]
      .filter(([, { phase }]) => LIVE.includes(phase))
      .map(([node, { phase, activations, attempt, mark }]) => {
        const pinned = this.definition.nodes[node]!.pin !== undefined;
        const byEdge = mark === null ? "node" : `edge ${mark}`;
        const cause = pinned ? "pin" : this.isTakenOver(node) ? "run" : byEdge;
        const why = phase === "judging" ? cause : "";
        return { node, activation: activations, phase, attempt, why };
      });
  }

  happen(happening: Happening, holds: Holds = () => false, chooses: Chooses = NONE): void {
    this.holds = holds;
    this.chooses = chooses;
    if (happening.what === "cancel") {
      this.stop("cancelled");
      return;
    }
    const { node: id } = happening;
    const node = this.node(id);
    switch (happening.what) {
      case "judged":
        node.ofDegraded = happening.skippedAs !== null && happening.degraded === true;
        if (happening.skippedAs !== null) this.finish(id, "skipped", happening.skippedAs);
        else if (this.mayRun(id) || this.isPinned(id)) node.phase = this.beforeRunning(id);
        else this.leaveOut(id);
        break;
      case "sought":
        if (happening.storedAs === null) node.phase = "queued";
        else this.finish(id, "cached", happening.storedAs);
        break;
      case "started":
        node.phase = "running";
        node.attempt += 1;
        node.attempts += 1;
        node.tries += 1;
        break;
      case "refused":
        this.giveUp(id);
        break;
      case "split":
        node.phase = "parenting";
        break;
      case "succeeded":
      case "woke":
        node.partial = happening.what === "succeeded" && happening.partial === true;
        node.ofDegraded = happening.what === "succeeded" && happening.degraded === true;
        this.finish(id, "succeeded", happening.outcome);
        break;
      case "failed":
        node.ofDegraded = happening.degraded === true;
        this.attemptFailed(id, happening.class);
        break;
      case "lost":
        // Before its children are there it has done nothing that could be repeated.
        if (this.definition.nodes[id]!.retrySafe === false && !this.hasChildren(id)) node.phase = "unsafe";
        else this.tryAgainUnderTheSameNumber(id);
        break;
      case "fell asleep":
        node.phase = "sleeping";
        break;
      case "retry due":
        node.phase = "queued";
        break;
      case "asked":
        node.phase = "asking";
        break;
      case "decided":
        this.decided(id, happening.outcome);
        break;
      case "woke to fail":
        this.giveUp(id);
        break;
      case "nobody decided":
        if (node.phase === "exhausted") this.failForGood(id, { askLoops: false });
        else this.giveUp(id);
        break;
    }
    this.settle();
  }

  // Rule 3: becoming ready.

  /** Idle nodes whose join is met become ready, those that it can no longer be met for are not reached; until nothing changes. */
  private settle(): void {
    for (let changed = true; changed && this.ended === null; ) {
      changed = false;
      for (const [id, { phase }] of this.nodes) {
        if (phase !== "idle") continue;
        const join = this.joinOf(id);
        if (join === "ready") this.becomeReady(id);
        if (join === "not reached") this.notReached(id);
        changed ||= join !== "open";
      }
    }
    if (this.ended === null && this.possible().length === 0) {
      const nodes = [...this.nodes.values()];
      const failed = nodes.some(({ unhandled }) => unhandled);
      const partial = nodes.some((node) => node.partial && node.phase === "succeeded");
      this.ended = failed ? "failed" : partial ? "partial" : "completed";
    }
  }

  private joinOf(id: string): "ready" | "not reached" | "open" {
    const into = this.edges.filter(({ kind, to }) => kind !== "loop" && to === id);
    if (into.length === 0 && this.isLeftOut(id)) return "not reached";
    // What only left-out nodes lead to is where a limited run begins.
    if (!this.isLeftOut(id) && into.every(({ from }) => this.isLeftOut(from))) return "ready";
    const taken = into.filter(({ state }) => state === "taken").length;
    const resolved = into.every(({ state }) => state !== "pending");
    const join = this.definition.nodes[id]!.join ?? "all";
    if (join === "all") {
      if (!resolved) return "open";
      return taken > 0 && !into.some(({ state }) => state === "blocked") ? "ready" : "not reached";
    }
    const needed = join === "any" ? 1 : join.atLeast;
    if (taken >= needed) return "ready";
    return resolved ? "not reached" : "open";
  }

  private becomeReady(id: string): void {
    const node = this.node(id);
    node.activations += 1;
    node.attempt = 0;
    node.tries = 0;
    node.given = 0;
    node.partial = false;
    node.ofDegraded = false;
    const { skip } = this.definition.nodes[id]!;
    const given = this.isPinned(id) || this.isTakenOver(id);
    const mayBeSkipped = given || node.mark !== null || skip !== undefined;
    node.phase = mayBeSkipped ? "judging" : this.beforeRunning(id);
  }

  /** Rule 4: what is not skipped may still be stored. */
  private beforeRunning(id: string): Phase {
    return this.definition.nodes[id]!.cache === undefined || this.isPinned(id) ? "queued" : "seeking";
  }

  /** A result to take over that is gone: the node has no part in this run. */
  private leaveOut(id: string): void {
    this.node(id).phase = "not_reached";
    for (const edge of this.leaving(id)) edge.state = "dead";
  }

  private notReached(id: string): void {
    this.node(id).phase = "not_reached";
    const blocked = this.edges.some(({ to, state }) => to === id && state === "blocked");
    for (const edge of this.leaving(id))
      edge.state = blocked && !this.isLeftOut(edge.to) ? "blocked" : "dead";
  }

  // Rules 2 and 5: finishing.

  /** Loops are asked first; a loop that is taken is all that happens. */
  private finish(id: string, as: Phase, outcome: string): void {
    const asking = this.edges.filter(
      (edge) =>
        edge.kind === "loop" &&
        edge.from === id &&
        this.mayRun(id) &&
        this.mayRun(edge.to) &&
        this.conditionHolds(edge, outcome),
    );
    const open = asking.find((loop) => loop.count < (loop.max ?? DEFAULT_LOOP_MAX));
    if (open !== undefined) {
      this.takeLoop(open);
      return;
    }
    const spent = asking[0];
    if (spent === undefined) this.leave(id, as, outcome);
    else this.exhausted(id, as, outcome, spent);
  }

  private exhausted(id: string, as: Phase, outcome: string, { onExhausted }: Edge): void {
    const hasEdge = this.leaving(id).some(({ on }) => on?.includes("exhausted"));
    if (onExhausted === undefined && hasEdge) this.leave(id, as, "exhausted");
    else if (onExhausted === "continue") this.leave(id, as, outcome);
    else if (onExhausted === "fail") this.failForGood(id, { askLoops: false });
    else this.node(id).phase = "exhausted";
  }

  private decided(id: string, outcome: string): void {
    const { phase } = this.node(id);
    if (phase === "asking") this.finish(id, "succeeded", outcome);
    else if (phase === "exhausted") this.leave(id, "succeeded", outcome);
    else if (phase === "stuck" && outcome !== "give_up") this.finish(id, "succeeded", outcome);
    else if (outcome === "retry") this.tryAgainUnderTheSameNumber(id);
    else this.giveUp(id);
  }

  private leave(id: string, as: Phase, outcome: string): void {
    const node = this.node(id);
    node.phase = as === "succeeded" && node.given > 0 ? "degraded" : as;
    node.outcome = outcome;
    node.degraded = node.phase === "degraded" || this.isGivenDegraded(id);
    const candidates = this.definition.nodes[id]!.next ?? [];
    const holding = this.leaving(id).filter(
      (edge) =>
        (!candidates.includes(edge.to) || this.chooses(edge.to)) &&
        (edge.kind === "flow" || (edge.kind !== "error" && this.conditionHolds(edge, outcome))),
    );
    this.resolve(id, this.leadingOn(withoutElse(holding)), "dead");
    for (const edge of this.leaving(id)) if (edge.kind === "skip" && edge.state === "taken") this.mark(edge);
  }

  /** A limited run does not go to the nodes that it leaves out. */
  private leadingOn(edges: readonly Edge[]): readonly Edge[] {
    return edges.filter(({ to }) => !this.isLeftOut(to));
  }

  private mayRun(id: string): boolean {
    return this.beginning.only?.has(id) !== false;
  }

  /** Rules 6 and 7: is it done by child runs? */
  private hasChildren(id: string): boolean {
    const { uses, forEach } = this.definition.nodes[id]!;
    return uses === "pipeline" || forEach !== undefined;
  }

  private isPinned(id: string): boolean {
    return this.definition.nodes[id]!.pin !== undefined;
  }

  private isLeftOut(id: string): boolean {
    return !this.mayRun(id) && !this.isPinned(id) && this.beginning.given?.has(id) !== true;
  }

  /** The result of another run is for the first round; in every round for a node that may not run. */
  private isTakenOver(id: string): boolean {
    return this.beginning.given?.has(id) === true && (this.node(id).activations === 1 || !this.mayRun(id));
  }

  /** Its `on` names the outcome and its `when` is true; what is not there does not forbid. */
  private conditionHolds(edge: Edge, outcome: string): boolean {
    if (edge.on !== undefined && !edge.on.includes(outcome)) return false;
    return edge.when === undefined || this.holds(edge.index);
  }

  /** Each edge that leaves the node is taken, or `otherwise`; once a round. */
  private resolve(id: string, taken: readonly Edge[], otherwise: "dead" | "blocked"): void {
    for (const edge of this.leaving(id)) {
      // Nothing is blocked for what the run leaves out.
      edge.state = taken.includes(edge) ? "taken" : this.isLeftOut(edge.to) ? "dead" : otherwise;
      if (edge.state === "taken") edge.taken += 1;
    }
  }

  private leaving(id: string): readonly (Edge & EdgeState)[] {
    return this.edges.filter(({ kind, from }) => kind !== "loop" && from === id);
  }

  // Rule 4: skipping.

  private mark(skip: Edge): void {
    for (const id of onlyBetween([...this.nodes.keys()], this.edges, skip)) this.node(id).mark ??= skip.index;
  }

  // Rule 5: a loop that is taken.

  private takeLoop(loop: Edge & EdgeState): void {
    loop.taken += 1;
    loop.count += 1;
    for (const { index } of innerLoops(this.edges, loop)) this.edges[index]!.count = 0;
    for (const id of follows(this.edges, loop.to)) {
      const node = this.node(id);
      node.phase = "idle";
      node.outcome = null;
      node.unhandled = false;
      node.degraded = false;
      node.mark = null;
      for (const edge of this.leaving(id)) edge.state = "pending";
    }
    this.becomeReady(loop.to);
  }

  // Rule 8: failing, and the end.

  private attemptFailed(id: string, failure: FailureClass): void {
    const node = this.node(id);
    const wished = this.definition.nodes[id]!.retry?.retries ?? this.definition.defaults?.retry?.retries;
    // What tries again are the children.
    const retries = this.hasChildren(id) ? 0 : (wished ?? DEFAULT_RETRY.retries);
    const link = this.definition.nodes[id]!.fallback?.[node.given - 1];
    // A template would give the same again.
    const again = failure !== "permanent" && node.tries <= retries && typeof link !== "object";
    if (!again) this.giveUp(id);
    else node.phase = failure === "quality" ? "queued" : "retrying";
  }

  private tryAgainUnderTheSameNumber(id: string): void {
    const node = this.node(id);
    node.phase = "queued";
    node.attempt -= 1;
    node.attempts -= 1;
    node.tries -= 1;
  }

  /** The next link of the chain takes over, with tries of its own; behind the last one the node fails for good. */
  private giveUp(id: string): void {
    const node = this.node(id);
    const next = this.nextLink(id);
    if (next === undefined) {
      this.failForGood(id, { askLoops: true });
      return;
    }
    node.given += 1;
    node.tries = 0;
    node.phase = next === "human" ? "stuck" : "queued";
  }

  nextLink(id: string): FallbackDefinition | undefined {
    return this.definition.nodes[id]!.fallback?.[this.node(id).given];
  }

  private isGivenDegraded(id: string): boolean {
    if (this.node(id).ofDegraded) return true;
    return this.edges.some(
      ({ kind, to, from, state }) =>
        kind !== "loop" && to === id && state === "taken" && this.node(from).degraded,
    );
  }

  /** With a `default:` the node goes on as if it had left by `ok`. */
  private failForGood(id: string, { askLoops }: { readonly askLoops: boolean }): void {
    if (this.definition.nodes[id]!.default !== undefined) {
      // These defaults name nobody.
      this.chooses = NONE;
      if (askLoops) this.finish(id, "degraded", "ok");
      else this.leave(id, "degraded", "ok");
      return;
    }
    const node = this.node(id);
    node.phase = "failed";
    node.outcome = "error";
    node.degraded = this.isGivenDegraded(id);
    const holding = this.leaving(id).filter(
      (edge) =>
        (edge.kind === "error" || (edge.kind === "branch" && edge.on?.includes("error"))) &&
        this.conditionHolds(edge, "error"),
    );
    const taken = this.leadingOn(withoutElse(holding));
    node.unhandled = taken.length === 0;
    this.resolve(id, taken, node.unhandled ? "blocked" : "dead");
    if (!node.unhandled || this.definition.onFailure !== "stop") return;
    this.settle();
    this.stop("failed");
  }

  /** Everything that is under way is cancelled, what is idle will not be reached. */
  private stop(status: "failed" | "cancelled"): void {
    for (const node of this.nodes.values()) if (LIVE.includes(node.phase)) node.phase = "cancelled";
    this.ended = status;
  }

  private node(id: string): NodeState {
    return this.nodes.get(id)!;
  }
}

/** An `else` edge is for when no other branch of the node holds. */
function withoutElse(holding: readonly Edge[]): readonly Edge[] {
  const others = holding.some((edge) => edge.kind === "branch" && !edge.else);
  return holding.filter((edge) => !edge.else || !others);
}
