/**
 * The worked examples of docs/semantics.md: a `yaml` block, under it a `result` block with what comes of it, and where
 * that is told ahead a `quote` block.
 */
import type { PartialRun } from "#contract/engine-api.ts";
import { LayerloomError } from "#contract/errors.ts";
import type { RunResult } from "#contract/run.ts";

export type WorkedExample = {
  readonly section: string;
  readonly text: string;
  /** From a first line such as `# --up-to review`. */
  readonly partial?: PartialRun;
  readonly result: string;
  readonly quote: string | undefined;
};

/** In the order of the page. A `yaml` block without a `result` block right after it has the result `missing`. */
export function workedExamples(page: string): readonly WorkedExample[] {
  const found: WorkedExample[] = [];
  let section = "";
  const parts = page.matchAll(
    /^#+ (.+)$|^```yaml\n([\s\S]*?)^```\n(?:\n```result\n([\s\S]*?)^```$)?(?:\n\n```quote\n([\s\S]*?)^```$)?/gm,
  );
  for (const [, heading, text, result = "missing", quote] of parts) {
    if (heading !== undefined) section = heading;
    if (text === undefined) continue;
    const [, mode, node] = /^# --(only|up-to) (\S+)$/m.exec(text) ?? [];
    const partial: { partial?: PartialRun } =
      node === undefined ? {} : { partial: { mode: mode === "only" ? "only" : "upTo", node } };
    found.push({ section, text, ...partial, result: result.trimEnd(), quote: quote?.trimEnd() });
  }
  return found;
}

/** As the page writes it: the run, then a line a node, then a line an edge. */
export function resultText({ run }: RunResult, hasOutput: boolean): string {
  const took = run.durationMs === 0 ? [] : [["took", `${run.durationMs / 1_000} s`]];
  const output = hasOutput ? [["output", JSON.stringify(run.output)]] : [];
  const nodes = Object.entries(run.nodes).map(([id, { status, outcome, activations, attempts }]) => [
    id,
    status,
    outcome ?? "-",
    String(activations),
    String(attempts),
  ]);
  const edges = run.edges.map(({ from, to, kind, taken }) => [`${from} -> ${to}`, kind, String(taken)]);
  return [
    table([["run", run.status], ...took, ...output]),
    table([["node", "status", "outcome", "activations", "attempts"], ...nodes]),
    ...(edges.length > 0 ? [table([["edge", "kind", "taken"], ...edges])] : []),
  ].join("\n\n");
}

/** What a refused pipeline gets: the first finding and its place. */
export function refusalText(error: unknown): string {
  if (!(error instanceof LayerloomError)) throw error;
  const { code, place } = error.problems?.[0] ?? error;
  return `refused ${code} in line ${place?.line}`;
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]! + 2))
        .join("")
        .trimEnd(),
    )
    .join("\n");
}
