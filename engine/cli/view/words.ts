/** The words, glyphs and figures that all views of the command line share. States are glyph and word, colour is extra. */

import { commandLine } from "#cli/paths.ts";

import { escalationPlace } from "#contract/escalation-place.ts";
import type { NodeStatus, RunStatus, Usage } from "#contract/events.ts";
import type { Cost, Escalation, HumanTask, NodeView } from "#contract/run.ts";

const GLYPHS: Record<NodeStatus | RunStatus, string> = {
  idle: "○",
  queued: "◔",
  running: "●",
  retrying: "↻",
  waiting: "◷",
  paused: "‖",
  succeeded: "✓",
  completed: "✓",
  skipped: "»",
  cached: "⚡︎",
  degraded: "▽",
  partial: "▽",
  failed: "✕",
  cancelled: "⊘",
  not_reached: "·",
};

/** SGR colour codes; only ever beside the glyph and the word. */
const COLOURS: Partial<Record<NodeStatus | RunStatus, number>> = {
  running: 36,
  retrying: 33,
  waiting: 33,
  paused: 33,
  succeeded: 32,
  completed: 32,
  degraded: 33,
  partial: 33,
  failed: 31,
  cancelled: 31,
  idle: 90,
  skipped: 90,
  not_reached: 90,
};

export function glyph(status: NodeStatus | RunStatus): string {
  return GLYPHS[status];
}

export function word(status: NodeStatus | RunStatus): string {
  return status.replace("_", " ");
}

export function coloured(text: string, status: NodeStatus | RunStatus, colours: boolean): string {
  const code = COLOURS[status];
  return colours && code !== undefined ? `\u001b[${code}m${text}\u001b[0m` : text;
}

/** `340ms`, `1.2s`, `2m 05s`, `3h 07m`. */
export function elapsed(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))}ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)}s`;
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 60) return `${minutes}m ${two(Math.floor((ms % 60_000) / 1_000))}s`;
  return `${Math.floor(minutes / 60)}h ${two(minutes % 60)}m`;
}

/** `$0.00`; small sums keep their first figures. Empty when nothing was spent. */
export function money({ usd }: Cost): string {
  if (usd === 0) return "";
  return usd >= 0.01 ? `$${usd.toFixed(2)}` : `$${usd.toPrecision(2)}`;
}

/** `waits for …`, or nothing. */
export function waitWords(node: NodeView, now: number): string {
  const { waitsFor } = node;
  if (!waitsFor) return "";
  const left = waitsFor.until === undefined ? "" : ` in ${elapsed(waitsFor.until - now)}`;
  switch (waitsFor.kind) {
    case "input":
      return "waits for its input";
    case "slot":
      return "waits for a free slot";
    case "retry":
      return `tries again${left}`;
    case "timer":
      return `goes on${left}`;
    case "approval":
      return "waits for a person";
    case "paused":
      return "waits until the run is resumed";
    case "breaker":
      return `waits for ${waitsFor.service ?? "a service"} to recover${left}`;
    case "children":
      return node.items === undefined
        ? "waits for its runs"
        : `${node.items.done}/${node.items.total} items done`;
    case "cache":
      return "waits for the same result from elsewhere";
    case "budget":
      return "waits for money that running attempts may leave over";
    case "disk":
      return "waits for room on the disk";
    case "lock":
      return "waits until another program lets go of the database";
  }
}

/** `from 12m 03s ago, saves $0.02`, for a node that took a stored result. */
export function storedWords(ageMs: number, saved: Usage): string {
  const { usd = 0, tokens = 0 } = saved;
  const spared = usd === 0 && tokens > 0 ? `${tokens} tokens` : money({ usd, tokens });
  return `from ${elapsed(ageMs)} ago${spared === "" ? "" : `, saves ${spared}`}`;
}

/** Levels 3 and 4, one line. */
export function escalationWords(escalation: Escalation): string {
  const { level, reason } = escalation;
  const node = escalationPlace(escalation);
  if (level === 3) return `Look at ${node}: it keeps failing and is still being tried again (level 3).`;
  const why = PERSON_NEEDED[reason] ?? "it failed";
  return `A person is needed at ${node}: ${why} (level 4).`;
}

const PERSON_NEEDED: Readonly<Partial<Record<Escalation["reason"], string>>> = {
  exhausted: "its loop ran out of rounds",
  unsafe: "an attempt was cut off and must not repeat by itself",
  "chain-ended": "nothing else in its fallback chain has worked",
  failed: "it failed and nothing took over",
};

/** How guesses for a node go; nothing for one that was never guessed at. */
export function guessWords({ speculation }: Pick<NodeView, "speculation">): string {
  if (!speculation) return "";
  if (speculation.running) return "⇢ started ahead";
  if (speculation.off) return "⇢ guessing is off";
  const { confirmed, refuted, usd } = speculation;
  const wrong = usd === 0 ? "" : `, ${money({ usd, tokens: 0 })} for wrong ones`;
  return `⇢ ${confirmed} of ${confirmed + refuted} guesses right${wrong}`;
}

/** Which command decides a task, one line. */
export function decideCommand(task: HumanTask, db: string | undefined): string {
  const outcomes = task.card.outcomes.join("|");
  const place = db === undefined ? [] : ["--db", db];
  return `${commandLine("decide", task.runId, task.node)} ${outcomes}${place.map((part) => ` ${part}`).join("")}`;
}

/** The start of a JSON value, on one line, for people. */
export function head(value: unknown, length: number): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}

/** `37/100 items, 2 failed, 30 taken over`; nothing for a node that is not done by child runs. */
export function itemWords(
  items: Pick<NonNullable<NodeView["items"]>, "total" | "done" | "failed" | "taken"> | undefined,
): string {
  if (items === undefined) return "";
  const failed = items.failed === 0 ? "" : `, ${items.failed} failed`;
  const taken = items.taken === undefined ? "" : `, ${items.taken} taken over`;
  return `${items.done}/${items.total} items${failed}${taken}`;
}
