/** The nodes of a result as a plain table. */
import { print } from "#cli/output.ts";
import type { RunResult } from "#contract/run.ts";
import { padded } from "./width.ts";
import { glyph, head, itemWords, money, storedWords, word } from "./words.ts";

export function printNodes(result: RunResult): void {
  const nodes = Object.entries(result.run.nodes);
  const width = Math.min(32, Math.max(4, ...nodes.map(([id]) => id.length)));
  for (const [id, node] of nodes) {
    const tries = node.attempts === node.activations ? "" : `, ${node.attempts} attempts`;
    const count = node.activations > 1 || tries !== "" ? `×${node.activations}${tries}` : "";
    const outcome = node.outcome === null || node.outcome === "ok" ? "" : `→ ${node.outcome}`;
    const inherited = node.degraded && node.status !== "degraded" ? "(degraded)" : "";
    const about = node.error ? `${node.error.code}: ${node.error.message}` : head(node.output ?? "", 60);
    const stored = node.cached ? storedWords(node.cached.ageMs, node.cached.saved) : "";
    const items = itemWords(node.items);
    const rest = [outcome, inherited, count, items, money(node.cost), stored, about].filter(
      (part) => part !== "",
    );
    const status = padded(`${glyph(node.status)} ${word(node.status)}`, 13);
    print(`  ${status} ${padded(id, width)}  ${rest.join("  ")}`.trimEnd());
  }
}
