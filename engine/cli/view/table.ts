/** The lines of the live table, from a picture and the size of the terminal. Pure: it neither prints nor looks at a clock. */
import type { RunPicture } from "#cli/run-picture.ts";
import type { NodeStatus } from "#contract/events.ts";
import type { NodeView } from "#contract/run.ts";
import { cut, padded } from "./width.ts";
import { coloured, elapsed, glyph, guessWords, head, money, storedWords, waitWords, word } from "./words.ts";

export type TableSize = { readonly columns: number; readonly rows: number };

const STATUS_WIDTH = 13;
const MAX_NAME = 28;
/** What a person wants to see first when not all fits. */
const FIRST: readonly NodeStatus[] = [
  "waiting",
  "running",
  "retrying",
  "paused",
  "failed",
  "degraded",
  "queued",
];

export function tableLines(
  picture: RunPicture,
  now: number,
  size: TableSize,
  colours: boolean,
): readonly string[] {
  const { summary } = picture;
  if (!summary) return [];
  const width = Math.max(20, size.columns - 1);
  const simulated = summary.simulated ? "simulated model" : "";
  const title = [
    `${glyph(summary.status)} ${summary.pipeline} ${word(summary.status)}`,
    elapsed((summary.endedAt ?? now) - summary.startedAt),
    money(summary.cost),
    simulated,
  ];
  const heading = coloured(
    cut(title.filter((part) => part !== "").join(" · "), width),
    summary.status,
    colours,
  );

  const room = Math.max(1, size.rows - 4 - picture.tasks.length * 2);
  const all = [...picture.nodes.values()];
  const shown = all.length <= room ? all : mostTelling(all, room - 1);
  const nameWidth = Math.min(MAX_NAME, Math.max(4, ...shown.map((node) => node.id.length)));
  const lines = shown.map((node) => nodeLine(node, now, nameWidth, width, colours));
  const hidden = all.length - shown.length;
  return [heading, ...lines, ...(hidden > 0 ? [`  … and ${hidden} more`] : [])];
}

function mostTelling(nodes: readonly NodeView[], count: number): readonly NodeView[] {
  const rank = (node: NodeView): number => {
    const place = FIRST.indexOf(node.status);
    return place === -1 ? FIRST.length : place;
  };
  const chosen = new Set(nodes.toSorted((left, right) => rank(left) - rank(right)).slice(0, count));
  return nodes.filter((node) => chosen.has(node));
}

function nodeLine(node: NodeView, now: number, nameWidth: number, width: number, colours: boolean): string {
  const took = node.startedAt === undefined ? "" : elapsed((node.endedAt ?? now) - node.startedAt);
  const attempt = node.attempt > 1 || node.status === "retrying" ? `${node.attempt}/${node.maxAttempts}` : "";
  const round = node.activations > 1 ? `#${node.activations}` : "";
  const failure = node.status === "running" ? undefined : node.failure?.message;
  const stored = node.cached ? storedWords(now - node.cached.storedAt, node.cached.saved) : "";
  const ahead = node.speculation?.running || node.speculation?.off ? guessWords(node) : "";
  const about =
    [ahead, waitWords(node, now), stored, node.pinned ? "pinned" : "", failure ?? node.summary ?? ""].find(
      (text) => text !== "",
    ) ?? "";
  const status = padded(`${glyph(node.status)} ${word(node.status)}`, STATUS_WIDTH);
  const columns = [
    padded(node.id, nameWidth),
    padded(round, 4),
    padded(took, 8),
    padded(attempt, 6),
    padded(money(node.cost), 8),
  ].join(" ");
  const left = width - 2 - STATUS_WIDTH - 1;
  return `  ${coloured(status, node.status, colours)} ${cut(`${columns} ${head(about, 160)}`, left).trimEnd()}`;
}
