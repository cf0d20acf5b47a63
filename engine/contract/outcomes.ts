/**
 * The outcomes that a node can leave by, read off its activity and its settings: for validation and for the ports
 * that the canvas draws. Settings may be half-written or wrong; what cannot be read adds nothing.
 */
import type { ActivityInfo } from "./activity-info.ts";

/** What a person may answer when a `human` node names nothing else. */
export const HUMAN_OUTCOMES = ["approved", "rejected", "modification_requested", "escalated"] as const;

/** A node with `forEach` leaves by `ok`, whatever its items come to. In the order in which they are written, without repetition. Never holds `error`, which every node can leave by. */
export function outcomesOf(
  info: Pick<ActivityInfo, "outcomes" | "outcomesFrom">,
  settings: Readonly<Record<string, unknown>> | undefined,
  forEach?: unknown,
): readonly string[] {
  if (forEach !== undefined) return ["ok"];
  return [...new Set([...info.outcomes, ...fromSettings(info.outcomesFrom, settings ?? {})])];
}

function fromSettings(
  from: ActivityInfo["outcomesFrom"],
  settings: Readonly<Record<string, unknown>>,
): readonly string[] {
  switch (from) {
    case "gate":
      return [...outcomesIn(settings.rules), settings.otherwise].filter(isName);
    case "human": {
      const own = settings.outcomes;
      return Array.isArray(own) ? own.filter(isName) : HUMAN_OUTCOMES;
    }
    case "simulate": {
      const script = settings.script;
      return Array.isArray(script) && script.length > 0 ? script.map(playedOutcome).filter(isName) : ["ok"];
    }
    case undefined:
      return [];
  }
}

function outcomesIn(items: unknown): readonly unknown[] {
  return Array.isArray(items) ? items.map((item) => fieldOf(item, "outcome")) : [];
}

/** A scripted failure has no outcome; a success without one leaves by `ok`. */
function playedOutcome(entry: unknown): unknown {
  return fieldOf(entry, "error") === undefined ? (fieldOf(entry, "outcome") ?? "ok") : undefined;
}

function fieldOf(item: unknown, name: "outcome" | "error"): unknown {
  return typeof item === "object" && item !== null ? Reflect.get(item, name) : undefined;
}

function isName(value: unknown): value is string {
  return typeof value === "string" && value !== "" && !value.includes("${{");
}
