/**
 * Which nodes of a part run, which give the result of an earlier run, and why. Says it before anything starts; starting
 * is the run service's. What the running nodes will lead to is left open.
 */
import type { NodeDefinition } from "#contract/definition.ts";
import type { NodePreview, PartialRun, PreviewReason } from "#contract/engine-api.ts";
import { LayerloomError } from "#contract/errors.ts";
import type { NodeStatus, ValueRef } from "#contract/events.ts";
import type { Json, JsonObject } from "#contract/json.ts";
import type { ExecutionPlan } from "#core/plan.ts";
import { nodeView, outputOf } from "#core/view.ts";
import type { LiveRun } from "./live-run.ts";
import type { Program } from "./program.ts";
import type { Rehearsed } from "./rehearsal.ts";
import { changedInput, hasChanged, sameJson } from "./stale.ts";

/** What a limited run begins with. `only` absent: every node may run. */
export type Part = { readonly only?: readonly string[]; readonly reuse: readonly string[] };
export type PlannedPart = Part & { readonly nodes: readonly NodePreview[] };

/** An earlier run to take results from. */
export type Base = {
  readonly run: LiveRun;
  readonly inputs: JsonObject;
  /** The value that a stored reference stands for. */
  readonly read: (ref: ValueRef) => Json;
};

type Pin = NonNullable<NodeDefinition["pin"]>;
type Why = { readonly why: PreviewReason; readonly of?: string };

const WITH_RESULT: ReadonlySet<NodeStatus> = new Set(["succeeded", "skipped", "cached", "degraded"]);

/** Throws NOT_FOUND, MISSING_RESULT. `rehearse` goes through the beginning of a run of the part. */
export function planPart(
  program: Program,
  inputs: JsonObject,
  partial: PartialRun,
  base: Base | undefined,
  rehearse: (part: Part) => readonly Rehearsed[],
): PlannedPart {
  return new PartPlanner(program, inputs, partial.node, base, rehearse).plan(partial.mode);
}

class PartPlanner {
  readonly #program: Program;
  readonly #plan: ExecutionPlan;
  readonly #inputs: JsonObject;
  readonly #asked: number;
  readonly #before: ReadonlySet<number>;
  readonly #base: Base | undefined;
  readonly #rehearse: (part: Part) => readonly Rehearsed[];
  /** Nodes that run, and why; also pinned ones whose pin is new, for the sake of what follows them. */
  readonly #again = new Map<number, Why>();

  constructor(
    program: Program,
    inputs: JsonObject,
    asked: string,
    base: Base | undefined,
    rehearse: (part: Part) => readonly Rehearsed[],
  ) {
    this.#program = program;
    this.#plan = program.plan;
    this.#inputs = inputs;
    this.#base = base;
    this.#rehearse = rehearse;
    const index = this.#plan.indexOf.get(asked);
    if (index === undefined) {
      throw new LayerloomError("NOT_FOUND", `the pipeline has no node "${asked}"`, {
        field: `nodes.${asked}`,
        hint: `Its nodes are: ${this.#plan.nodes.map(({ id }) => id).join(", ")}.`,
      });
    }
    this.#asked = index;
    this.#before = ancestorsOf(this.#plan, index);
  }

  plan(mode: PartialRun["mode"]): PlannedPart {
    if (mode === "only") return this.#only();
    const scope =
      mode === "upTo" ? new Set([this.#asked, ...this.#before]) : new Set(this.#plan.nodes.keys());
    for (const node of scope) {
      const why = node === this.#asked ? ({ why: "asked" } as const) : this.#stale(node);
      if (why) this.#again.set(node, why);
    }
    for (;;) {
      this.#follow(scope);
      const part = {
        ...(mode === "upTo" ? { only: this.#ids(scope) } : {}),
        reuse: this.#ids([...scope].filter((node) => !this.#again.has(node) && this.#isGiven(node))),
      };
      const rehearsed = this.#rehearseTo(part);
      // Reached now by what was not reached then: it runs, and with it what follows.
      const found = rehearsed.flatMap((state, node) =>
        state === "ready" && !this.#again.has(node) ? [node] : [],
      );
      if (found.length === 0) return this.#told(part, rehearsed);
      for (const node of found) this.#again.set(node, { why: "never-ran" });
    }
  }

  #only(): PlannedPart {
    this.#again.set(this.#asked, { why: "asked" });
    const part = {
      only: this.#ids([this.#asked]),
      reuse: this.#ids([...this.#before].filter((node) => this.#isGiven(node))),
    };
    this.#refuseMissing();
    return this.#told(part, this.#rehearseTo(part));
  }

  /** Refuses a part that would end before the node that was asked for. */
  #rehearseTo(part: Part): readonly Rehearsed[] {
    const rehearsed = this.#rehearse(part);
    if (rehearsed[this.#asked] !== "not-reached") return rehearsed;
    const node = this.#id(this.#asked);
    const of = this.#base ? ` of the run ${this.#base.run.id}` : "";
    throw new LayerloomError("MISSING_RESULT", `the results${of} do not lead to "${node}"`, {
      field: `nodes.${node}`,
      hint: "Pin the node before it with the outcome that leads here, or base it on another run.",
    });
  }

  /** What it reads, and the nodes that lead to it, must have said their word. */
  #refuseMissing(): void {
    const { nodes, edges } = this.#plan;
    const leading = new Set(nodes[this.#asked]!.in.map((edge) => edges[edge]!.from));
    const has = (node: number): boolean => this.#isPinned(node) || this.#isGiven(node);
    const settings = nodes[this.#asked]!.definition.with ?? {};
    const { reads } = this.#program.template(`nodes.${this.#id(this.#asked)}.with`, settings);
    const read = reads.flatMap((expression) =>
      expression.reads.nodes.flatMap((id) => this.#plan.indexOf.get(id) ?? []),
    );
    const needed = new Set([...leading, ...read.filter((node) => this.#before.has(node))]);
    const missing = [...leading].some(has)
      ? [...needed].filter((node) => !has(node) && !this.#wasPassedBy(node))
      : [...leading];
    if (missing.length === 0) return;
    const names = this.#ids(missing)
      .map((id) => `"${id}"`)
      .join(", ");
    throw new LayerloomError(
      "MISSING_RESULT",
      `"${this.#id(this.#asked)}" needs results that are not there: ${names}`,
      {
        field: `nodes.${this.#id(missing[0]!)}`,
        hint: "Run up to the node, or pin the outputs that it needs.",
      },
    );
  }

  /** The earlier run could have reached the node and went another way. */
  #wasPassedBy(node: number): boolean {
    const run = this.#base?.run;
    const index = run?.program.plan.indexOf.get(this.#id(node));
    if (run === undefined || index === undefined || run.state.excluded[index] === 1) return false;
    return nodeView(run.program.plan, run.state, index).status === "not_reached";
  }

  /** Why the node runs by itself, whatever runs before it. */
  #stale(node: number): Why | undefined {
    if (this.#base === undefined) return this.#isPinned(node) ? undefined : { why: "needed" };
    const { run, inputs } = this.#base;
    const { id, definition } = this.#plan.nodes[node]!;
    if (definition.pin) return this.#gave(id, definition.pin) ? undefined : { why: "changed" };
    const then = run.program.definition.nodes[id];
    if (then === undefined) return { why: "never-ran" };
    if (hasChanged(then, definition)) return { why: "changed" };
    const input = changedInput(definition, inputs, this.#inputs);
    if (input !== undefined) return { why: "input", of: input };
    const { status } = nodeView(run.program.plan, run.state, run.program.plan.indexOf.get(id)!);
    return WITH_RESULT.has(status) || status === "not_reached" ? undefined : { why: "failed" };
  }

  /** Is the pinned result the one that the node had then? */
  #gave(id: string, pin: Pin): boolean {
    if (this.#base === undefined || !hasResult(this.#base.run, id)) return false;
    const { program, state } = this.#base.run;
    const index = program.plan.indexOf.get(id)!;
    const output = outputOf(state, index);
    if (output === null || (nodeView(program.plan, state, index).outcome ?? "ok") !== (pin.outcome ?? "ok"))
      return false;
    return sameJson(this.#base.read(output), pin.output);
  }

  /** What follows a node that runs has another input. */
  #follow(scope: ReadonlySet<number>): void {
    const found = [...this.#again.keys()];
    for (const node of found) {
      for (const edge of this.#plan.nodes[node]!.out) {
        const { to } = this.#plan.edges[edge]!;
        if (!scope.has(to) || this.#again.has(to) || this.#isPinned(to)) continue;
        this.#again.set(to, { why: "follows", of: this.#id(node) });
        found.push(to);
      }
    }
  }

  #told(part: Part, rehearsed: readonly Rehearsed[]): PlannedPart {
    const reuse = new Set(part.reuse);
    const only = part.only && new Set(part.only);
    const nodes = this.#plan.nodes.map(({ id: node, index }): NodePreview => {
      const again = this.#again.get(index);
      if (rehearsed[index] === "given") {
        if (this.#isPinned(index)) return { node, does: "pinned", why: "pin" };
        const stale = again ?? this.#stale(index);
        return { node, does: "taken-over", why: stale?.why === "changed" ? "changed" : "result" };
      }
      if (only && !only.has(node) && !reuse.has(node)) return { node, does: "left-out", why: "outside" };
      if (rehearsed[index] === "not-reached") return { node, does: "left-out", why: "not-reached" };
      if (this.#isPinned(index)) return { node, does: "pinned", why: "pin" };
      if (again) return { node, does: "runs", ...again };
      return reuse.has(node)
        ? { node, does: "taken-over", why: "result" }
        : { node, does: "runs", why: "never-ran" };
    });
    return { ...part, nodes };
  }

  #isPinned(node: number): boolean {
    return this.#plan.nodes[node]!.definition.pin !== undefined;
  }

  #isGiven(node: number): boolean {
    return !this.#isPinned(node) && this.#base !== undefined && hasResult(this.#base.run, this.#id(node));
  }

  #id(node: number): string {
    return this.#plan.nodes[node]!.id;
  }

  #ids(nodes: Iterable<number>): readonly string[] {
    return [...nodes].sort((a, b) => a - b).map((node) => this.#id(node));
  }
}

function hasResult(run: LiveRun, id: string): boolean {
  const { plan } = run.program;
  const index = plan.indexOf.get(id);
  if (index === undefined || !outputOf(run.state, index)) return false;
  return WITH_RESULT.has(nodeView(plan, run.state, index).status);
}

function ancestorsOf(plan: ExecutionPlan, node: number): ReadonlySet<number> {
  const found = new Set<number>();
  const open = [node];
  for (const known of open) {
    for (const edge of plan.nodes[known]!.in) {
      const { from } = plan.edges[edge]!;
      if (found.has(from)) continue;
      found.add(from);
      open.push(from);
    }
  }
  return found;
}
