/** Pictures of a run for people and scripts: summary, live view, printed events, the result of FORMAT.md. */
import {
  type Failure,
  type HumanTaskCard,
  isFinal,
  type JournalEvent,
  type PrintedEvent,
  type RunStatus,
  type ValueRef,
} from "#contract/events.ts";
import type { Json, JsonObject } from "#contract/json.ts";
import { printedCard } from "#contract/printed.ts";
import type { Cost, EdgeView, HumanTask, NodeView, RunResult, RunSummary, RunView } from "#contract/run.ts";
import { PARENTING } from "#core/status.ts";
import { edgeView, firstUnhandled, nodeView, openTasks, outputOf, runStatus } from "#core/view.ts";
import type { RunRow } from "#ports/store.ts";
import { shownCard } from "./card.ts";
import type { LiveRun, RunSettings } from "./live-run.ts";
import type { ValueStore } from "./values.ts";

type NodeResult = RunResult["run"]["nodes"][string];

const SUMMARY_LENGTH = 160;

export function rowSummary(row: Omit<RunRow, "text">): RunSummary {
  const { origin } = row.settings as Partial<RunSettings>;
  return {
    id: row.id,
    pipeline: row.pipeline,
    status: row.status,
    simulated: row.simulated,
    ...(row.file === null ? {} : { file: row.file }),
    startedAt: row.startedAt,
    ...(row.endedAt === null ? {} : { endedAt: row.endedAt }),
    cost: row.cost,
    openTasks: row.openTasks,
    ...(row.highestLevel === 0 ? {} : { highestLevel: row.highestLevel }),
    ...(origin === undefined ? {} : { origin }),
    ...(row.parent === null ? {} : { parent: row.parent }),
  };
}

/** A run does not wait while one of its children moves. */
export function statusOf(run: LiveRun): RunStatus {
  const status = runStatus(run.program.plan, run.state);
  if (status !== "waiting" || run.state.items === 0) return status;
  // Items that a loop took back say nothing of what the run does now.
  if (!run.state.status.includes(PARENTING)) return status;
  return run.children.size === 0 || hasMoving(run.children) ? "running" : status;
}

function hasMoving(runs: Iterable<LiveRun>): boolean {
  for (const run of runs) if (statusOf(run) === "running") return true;
  return false;
}

export function runSummary(run: LiveRun): RunSummary {
  const summary = rowSummary({
    ...run.row,
    status: statusOf(run),
    endedAt: run.state.endedAt < 0 ? null : run.state.endedAt,
    cost: costOf(run),
    openTasks: taskCount(run),
    highestLevel: run.state.highestLevel,
  });
  const { escalation } = run.state;
  return escalation === null ? summary : { ...summary, escalation };
}

/** The run's own. */
export function tasksOf(run: LiveRun, values: ValueStore): readonly HumanTask[] {
  const { plan, definition } = run.program;
  return openTasks(plan, run.state).map(({ card, ...task }) => ({
    runId: run.id,
    pipeline: definition.name,
    ...task,
    card: shownCard(card, values),
  }));
}

/** With those of its children. */
export function tasksInTree(run: LiveRun, values: ValueStore): readonly HumanTask[] {
  const own = tasksOf(run, values);
  if (run.children.size === 0) return own;
  return [...own, ...[...run.children].flatMap((child) => tasksInTree(child.shown, values))];
}

export function taskCount(run: LiveRun): number {
  let count = run.state.tasks.size;
  for (const child of run.children) count += taskCount(child);
  return count;
}

export function nodePicture(run: LiveRun, values: ValueStore, index: number): NodeView {
  const kept = nodeView(run.program.plan, run.state, index);
  const view = moving(run, withGuess(run, heldBack(run, withBudget(run, withBreaker(run, kept)))));
  const summary = summaryOf(run, values, index, view);
  return summary === undefined ? view : { ...view, summary };
}

/** A node whose children move runs. */
function moving(run: LiveRun, view: NodeView): NodeView {
  if (view.waitsFor?.kind !== "children" || statusOf(run) !== "running") return view;
  const own = [...run.children].filter((child) => child.row.parent?.node === view.id);
  return own.length === 0 || hasMoving(own) ? { ...view, status: "running" } : view;
}

/** What could start if it could be recorded waits for room, or for another program. */
function heldBack({ held }: LiveRun, view: NodeView): NodeView {
  if (!held || view.waitsFor?.kind !== "slot") return view;
  return { ...view, waitsFor: { kind: held.error.code === "DATABASE_LOCKED" ? "lock" : "disk" } };
}

function withBudget(run: LiveRun, view: NodeView): NodeView {
  return run.budgetWaits.has(view.id) && view.waitsFor?.kind === "slot"
    ? { ...view, waitsFor: { kind: "budget" } }
    : view;
}

/** Its service is shared with other runs, so this run's state alone does not know it. */
function withBreaker(run: LiveRun, view: NodeView): NodeView {
  const user = run.services.get(view.id);
  if (!user?.service.harmed) return view;
  const breaker = user.service.view;
  if (!user.waits || view.status !== "queued") return { ...view, breaker };
  const { service, until } = breaker;
  return { ...view, breaker, waitsFor: { kind: "breaker", service, until } };
}

function withGuess(run: LiveRun, view: NodeView): NodeView {
  const guess = run.guesses.get(view.id);
  if (guess === undefined) return view;
  const counted = view.speculation ?? { confirmed: 0, refuted: 0, usd: 0 };
  const now = guess === "off" ? { running: false, off: true as const } : { running: true };
  return { ...view, speculation: { ...counted, ...now } };
}

export function nodePictures(run: LiveRun, values: ValueStore): readonly NodeView[] {
  return run.program.plan.nodes.map((_, index) => nodePicture(run, values, index));
}

export function edgePictures(run: LiveRun): readonly EdgeView[] {
  return run.program.plan.edges.map((_, index) => edgeView(run.program.plan, run.state, index));
}

export function runView(run: LiveRun, values: ValueStore): RunView {
  const failure = failureOfRun(run);
  return {
    summary: runSummary(run),
    seq: run.seq,
    text: run.row.text,
    nodes: nodePictures(run, values),
    edges: edgePictures(run),
    tasks: tasksInTree(run, values),
    ...(failure ? { failure } : {}),
    ...(run.held ? { held: run.held.error } : {}),
  };
}

function summaryOf(run: LiveRun, values: ValueStore, index: number, view: NodeView): string | undefined {
  if (view.failure) return head(view.failure.message);
  if (view.status === "running" || view.status === "queued") return undefined;
  const output = outputOf(run.state, index);
  if (!output) return undefined;
  // A value that is not at hand is not fetched for one line.
  if ("hash" in output && output.size > 100_000) return `${Math.round(output.size / 1000)} kB`;
  try {
    return head(textOf(values.get(output)));
  } catch {
    // Damaged: whoever asks for the value itself is told.
    return undefined;
  }
}

/** Texts as they are; objects by their most telling text field; the rest as JSON. */
function textOf(value: Json): string {
  if (typeof value === "string") return value;
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    const record = value as JsonObject;
    for (const key of ["text", "reason", "outcome", "path", "title"]) {
      const told = record[key];
      if (typeof told === "string" && told !== "") return told;
    }
  }
  return value === null ? "" : JSON.stringify(value);
}

function head(text: string): string | undefined {
  const line = text.replaceAll(/\s+/g, " ").trim();
  if (line === "") return undefined;
  return line.length > SUMMARY_LENGTH ? `${line.slice(0, SUMMARY_LENGTH - 1)}…` : line;
}

/** What a loop takes back to its target. */
const HANDED_ON: ReadonlySet<string> = new Set(["feedback", "adjust", "draft"]);
/** What was judged for edges that may not have been taken, and dice. */
const UNPRINTED: ReadonlySet<string> = new Set(["verdicts", "feedback", "adjust", "random"]);

/** As `--json` and REST print it: ISO times, values in place of references (large ones stay references). */
export function printEvent(event: JournalEvent, values: ValueStore): PrintedEvent {
  const { seq, at, event: name, ...rest } = event;
  const printed: Record<string, Json> = {};
  for (const [key, value] of Object.entries(rest)) {
    if (value === undefined) continue;
    if (key === "output" || key === "inputs" || (name === "LoopTaken" && HANDED_ON.has(key)))
      printed[key] = printValue(value as ValueRef, values);
    else if (key === "card") printed[key] = printCard(value as HumanTaskCard, values);
    else if (key === "failure") Object.assign(printed, printFailure(value as JsonObject));
    else if (key === "fireAt" || key === "wakeAt" || key === "storedAt" || key === "until")
      printed[key] = new Date(value as number).toISOString();
    else if (!UNPRINTED.has(key)) printed[key] = value as Json;
  }
  return { type: "event", seq, at: new Date(at).toISOString(), event: name, ...printed };
}

const PRINTED_OF_FAILURE = [
  "code",
  "message",
  "class",
  "rule",
  "status",
  "error",
  "retryAfterMs",
  "child",
] as const;

function printCard({ payloadRef, ...card }: HumanTaskCard, values: ValueStore): Json {
  const payload = payloadRef ? { payload: printValue(payloadRef, values) } : {};
  return { ...printedCard(card), ...payload } as JsonObject;
}

function printFailure(failure: JsonObject): JsonObject {
  const known = PRINTED_OF_FAILURE.filter((key) => failure[key] !== undefined);
  return { error: Object.fromEntries(known.map((key) => [key, failure[key] ?? null])) };
}

const PRINTED_VALUE_LIMIT = 64 * 1024;

function printValue(ref: ValueRef, values: ValueStore): Json {
  if ("hash" in ref && ref.size > PRINTED_VALUE_LIMIT) return { hash: ref.hash, size: ref.size };
  return values.get(ref);
}

export function runResult(run: LiveRun, values: ValueStore, now: number): RunResult {
  const { plan } = run.program;
  const status = runStatus(plan, run.state);
  const { output, startedAt, endedAt } = run.state;
  const failure = failureOfRun(run);
  return {
    type: "result",
    run: {
      id: run.id,
      status,
      output: output ? values.get(output) : null,
      startedAt: new Date(startedAt).toISOString(),
      endedAt: endedAt < 0 ? null : new Date(endedAt).toISOString(),
      durationMs: (endedAt < 0 ? now : endedAt) - startedAt,
      cost: costOf(run),
      ...(isFinal(status) && status !== "completed" && failure
        ? { error: { code: failure.code, message: failure.message } }
        : {}),
      nodes: Object.fromEntries(plan.nodes.map((node, index) => [node.id, nodeResult(run, values, index)])),
      edges: plan.edges.map((edge, index) => {
        const view = edgeView(plan, run.state, index);
        const { from, to, kind } = edge.definition;
        return {
          from,
          to,
          kind,
          taken: view.taken,
          ...(kind === "loop" && view.max !== undefined ? { max: view.max } : {}),
        };
      }),
    },
  };
}

function nodeResult(run: LiveRun, values: ValueStore, index: number): NodeResult {
  const view = nodeView(run.program.plan, run.state, index);
  const output = outputOf(run.state, index);
  return {
    status: view.status,
    outcome: view.outcome ?? null,
    activations: view.activations,
    attempts: view.attempts,
    output: output ? values.get(output) : null,
    cost: view.cost,
    ...(view.items ? { items: view.items } : {}),
    ...cachedField(view),
    ...(view.degraded ? { degraded: true as const } : {}),
    ...(view.failure ? { error: { code: view.failure.code, message: view.failure.message } } : {}),
  };
}

function cachedField({ cached, startedAt }: NodeView): Pick<NodeResult, "cached"> {
  if (cached === undefined) return {};
  const { storedAt, saved } = cached;
  const ageMs = Math.max(0, (startedAt ?? storedAt) - storedAt);
  return { cached: { storedAt: new Date(storedAt).toISOString(), ageMs, saved } };
}

/** Why the run failed: its own end (the output expression), else the first failure that nothing took. */
export function failureOfRun(run: LiveRun): Failure | undefined {
  return run.state.failure ?? firstUnhandled(run.program.plan, run.state)?.failure;
}

export function costOf(run: LiveRun): Cost {
  return { usd: run.state.usd, tokens: run.state.tokens };
}
