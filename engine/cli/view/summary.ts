/** The last lines of a run for a person: how it ended, what it took, the head of its output. */
import { print } from "#cli/output.ts";
import type { RunPicture } from "#cli/run-picture.ts";
import type { RunResult } from "#contract/run.ts";
import { coloured, decideCommand, elapsed, glyph, money, word } from "./words.ts";

const OUTPUT_HEAD = 2_000;

export function printSummary(
  result: RunResult,
  tasks: RunPicture["tasks"],
  db: string | undefined,
  colours = false,
): void {
  const { run } = result;
  const { status, cost } = run;
  const tokens = cost.tokens === 0 ? "" : `${cost.tokens} tokens`;
  const parts = [`run ${run.id}`, elapsed(run.durationMs), money(cost), tokens].filter((part) => part !== "");
  print(`${coloured(`${glyph(status)} ${word(status)}`, status, colours)} · ${parts.join(" · ")}`);
  printTasks(tasks, db);
  if (run.output === null || run.output === undefined) return;
  const text = typeof run.output === "string" ? run.output : JSON.stringify(run.output, undefined, 2);
  print(text.length > OUTPUT_HEAD ? `${text.slice(0, OUTPUT_HEAD)}…` : text);
}

export function printTasks(tasks: RunPicture["tasks"], db: string | undefined): void {
  for (const task of tasks) {
    print(`✋ ${task.node}: ${task.card.title}`);
    print(`  decide with: ${decideCommand(task, db)}`);
  }
}
