/** Owns the drawing as Mermaid text, for documents and pull requests: shapes say the kind of node, lines the kind of edge. */
import {
  DEFAULT_LOOP_MAX,
  type EdgeDefinition,
  type NodeDefinition,
  type PipelineDefinition,
} from "#contract/definition.ts";

const LAYER_COLOURS = {
  perception: "#dbeafe,stroke:#2563eb",
  understanding: "#dcfce7,stroke:#16a34a",
  reasoning: "#fef3c7,stroke:#d97706",
  execution: "#fee2e2,stroke:#dc2626",
  reflection: "#ede9fe,stroke:#7c3aed",
} as const;

export function toMermaid(definition: PipelineDefinition): string {
  const lines = ["flowchart LR", `  %% ${oneLine(definition.name)}`];
  // Mermaid has words of its own (`end`, `graph`, …), so ids get a prefix.
  for (const [id, node] of Object.entries(definition.nodes)) lines.push(`  n_${safe(id)}${shape(id, node)}`);
  for (const edge of definition.edges) lines.push(`  ${arrow(edge)}`);
  for (const [layer, colour] of Object.entries(LAYER_COLOURS)) {
    const members = Object.entries(definition.nodes).filter(([, node]) => node.layer === layer);
    if (members.length === 0) continue;
    lines.push(`  classDef ${layer} fill:${colour},color:#111827`);
    lines.push(`  class ${members.map(([id]) => `n_${safe(id)}`).join(",")} ${layer}`);
  }
  return `${lines.join("\n")}\n`;
}

function shape(id: string, node: NodeDefinition): string {
  const text = quoted(
    node.title === undefined || node.title === id
      ? `${id}<br/>${node.uses}`
      : `${node.title}<br/>${node.uses}`,
  );
  if (node.uses === "gate" || node.uses === "check") return `{${text}}`;
  return node.uses === "human" ? `([${text}])` : `[${text}]`;
}

function arrow(edge: EdgeDefinition): string {
  const [from, to] = [`n_${safe(edge.from)}`, `n_${safe(edge.to)}`];
  const label = labelOf(edge);
  const text = label === "" ? "" : `|${quoted(label)}|`;
  switch (edge.kind) {
    case "flow":
    case "branch":
      return `${from} -->${text} ${to}`;
    case "loop":
      return `${from} ==>${text} ${to}`;
    case "skip":
    case "error":
      return `${from} -.->${text} ${to}`;
  }
}

function labelOf(edge: EdgeDefinition): string {
  const parts = [
    edge.kind === "flow" || edge.kind === "branch" ? undefined : edge.kind,
    edge.on?.join(", "),
    edge.when,
    edge.else ? "else" : undefined,
    edge.kind === "loop" ? `max ${edge.max ?? DEFAULT_LOOP_MAX}` : undefined,
  ];
  return parts.filter((part) => part !== undefined).join(" · ");
}

/** Hyphens would read as part of an arrow. Distinct ids stay distinct: `_` doubles. */
function safe(id: string): string {
  return id.replaceAll("_", "__").replaceAll("-", "_");
}

function quoted(text: string): string {
  const marks: Record<string, string> = { '"': "#quot;", "<": "#lt;", ">": "#gt;", "#": "#35;" };
  const escaped = oneLine(text)
    .split("<br/>")
    .map((part) => part.replace(/["<>#]/g, (mark) => marks[mark]!))
    .join("<br/>");
  return `"${escaped}"`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
