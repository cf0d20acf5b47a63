/** Lines for a log: one each time a node's state changes, one when a person is needed. */
import { print, printError } from "#cli/output.ts";
import type { RunPicture } from "#cli/run-picture.ts";
import type { Failure } from "#contract/events.ts";
import type { NodeView } from "#contract/run.ts";
import { printSummary, printTasks } from "./summary.ts";
import type { RunView } from "./view.ts";
import { elapsed, glyph, guessWords, itemWords, storedWords, waitWords, word } from "./words.ts";

export function plainView(db: string | undefined): RunView {
  const printed = new Map<string, string>();
  const asked = new Set<string>();
  return {
    onPicture(picture) {
      for (const node of picture.nodes.values()) {
        const rests = node.waitsFor?.kind === "breaker";
        const state = `${node.status} ${node.activations} ${node.attempt}`;
        if (node.status === "idle" || (node.status === "queued" && !rests)) continue;
        if (printed.get(node.id) === state) continue;
        printed.set(node.id, state);
        print(nodeLine(node));
      }
      for (const task of picture.tasks) {
        const key = `${task.runId} ${task.node} ${task.activation}`;
        if (asked.has(key)) continue;
        asked.add(key);
        printTasks([task], db);
      }
    },
    note: printError,
    onEnd(result, picture) {
      printSummary(result, openTasks(picture, asked), db);
    },
    close: () => undefined,
  };
}

/** Those that were not printed yet. */
function openTasks(picture: RunPicture, asked: ReadonlySet<string>): RunPicture["tasks"] {
  return picture.tasks.filter((task) => !asked.has(`${task.runId} ${task.node} ${task.activation}`));
}

function nodeLine(node: NodeView): string {
  const round = node.activations > 1 ? ` #${node.activations}` : "";
  const took =
    node.startedAt !== undefined && node.endedAt !== undefined ? elapsed(node.endedAt - node.startedAt) : "";
  const attempt = node.attempt > 1 ? `attempt ${node.attempt}/${node.maxAttempts}` : "";
  const why =
    node.failure && node.status !== "running"
      ? `${node.failure.code}: ${node.failure.message}${classWords(node.failure)}`
      : "";
  const link = node.fallback ? `by ${node.fallback.to}` : "";
  const inherited = node.degraded === "inherited" ? "made of something degraded" : "";
  const waits = waitWords(node, Date.now());
  // Where a node failed, its status and the reason say it.
  const left = node.status === "succeeded" || node.status === "degraded";
  const outcome = left && node.outcome !== undefined && node.outcome !== "ok" ? ` → ${node.outcome}` : "";
  const stored = node.cached
    ? storedWords((node.startedAt ?? node.cached.storedAt) - node.cached.storedAt, node.cached.saved)
    : "";
  const rest = [
    stored === "" ? took : stored,
    node.endedAt === undefined ? "" : itemWords(node.items),
    node.pinned ? "pinned" : "",
    attempt,
    link,
    inherited,
    why,
    waits,
    node.status === "running" ? "" : guessWords(node),
  ].filter((part) => part !== "");
  return [`${glyph(node.status)} ${node.id}${round} ${word(node.status)}${outcome}`, ...rest].join(" · ");
}

/** Why it is tried again, or is not. */
function classWords({ class: kind, rule }: Failure): string {
  return rule === undefined ? ` (${kind})` : ` (${kind} by ${rule})`;
}
