/** The state of a node or run as glyph and word: never colour alone. */
import { Hand, Pause, Zap } from "lucide-react";
import type { ReactNode } from "react";
import type { NodeStatus, RunStatus } from "#contract/events.ts";
import { useT } from "#renderer/i18n/i18n.ts";

const STATE_GLYPHS: Readonly<Record<NodeStatus | RunStatus, string>> = {
  idle: "○",
  queued: "◔",
  running: "◐",
  retrying: "↻",
  waiting: "✋",
  paused: "‖",
  succeeded: "✓",
  completed: "✓",
  skipped: "»",
  cached: "⚡",
  degraded: "▽",
  partial: "▽",
  failed: "✕",
  cancelled: "⊘",
  not_reached: "·",
};

const COLOURS: Readonly<Partial<Record<NodeStatus | RunStatus, string>>> = {
  completed: "var(--state-succeeded)",
  partial: "var(--state-degraded)",
  not_reached: "var(--state-not-reached)",
};

/** These signs are emoji in most fonts, or missing: drawn instead. */
const DRAWN: Readonly<Partial<Record<NodeStatus | RunStatus, ReactNode>>> = {
  waiting: <Hand size={12} />,
  cached: <Zap size={12} />,
  paused: <Pause size={12} />,
};

export function stateColour(status: NodeStatus | RunStatus): string {
  return COLOURS[status] ?? `var(--state-${status})`;
}

type StateGlyphProps = {
  readonly status: NodeStatus | RunStatus;
  /** The glyph alone, for tight places; the word stays for screen readers. */
  readonly compact?: boolean | undefined;
  /** Follows the word, such as `2/5`. */
  readonly detail?: string | undefined;
};

export function StateGlyph({ status, compact = false, detail }: StateGlyphProps): ReactNode {
  const t = useT();
  const word = t(`state.${status}`);
  return (
    <span
      className="ui-state"
      data-status={status}
      style={{ color: stateColour(status) }}
      title={compact ? word : undefined}
    >
      <span className="ui-state-glyph" aria-hidden="true">
        {DRAWN[status] ?? STATE_GLYPHS[status]}
      </span>
      <span className={compact ? "visually-hidden" : undefined}>
        {word}
        {detail === undefined ? "" : ` ${detail}`}
      </span>
    </span>
  );
}
