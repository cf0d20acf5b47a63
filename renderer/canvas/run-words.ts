/** A node's run in words and figures: which text says its state, how long it took, what it cost. Pure. */
import type { NodeView, WaitReason } from "#contract/run.ts";
import type { Language } from "#renderer/i18n/catalogue.ts";
import { formatElapsed, formatUsd } from "#renderer/ui/format.ts";

type WaitKey = `canvas.waits.${WaitReason["kind"]}`;

/** What is waited for says more than "waiting". */
export function waitKey(run: NodeView): WaitKey | undefined {
  const waits = run.status === "waiting" || run.status === "queued" || run.status === "paused";
  return waits && run.waitsFor ? `canvas.waits.${run.waitsFor.kind}` : undefined;
}

/** Whole seconds until a known time; undefined when none is known or it has passed. */
export function secondsLeft(run: NodeView, now: number): number | undefined {
  const until = run.waitsFor?.until;
  if (until === undefined || until <= now) return undefined;
  return Math.ceil((until - now) / 1000);
}

export function elapsedText(run: NodeView, now: number, language: Language): string | undefined {
  if (run.startedAt === undefined) return undefined;
  const end = run.endedAt ?? (run.status === "running" || run.status === "retrying" ? now : undefined);
  return end === undefined ? undefined : formatElapsed(Math.max(0, end - run.startedAt), language);
}

/** Attempt, tokens and cost, each only when it says something. */
export function figures(run: NodeView, tokens: (n: string) => string): readonly string[] {
  const found: string[] = [];
  if (run.cost.usd > 0) found.push(formatUsd(run.cost.usd));
  if (run.cost.tokens > 0) found.push(tokens(tokensText(run.cost.tokens)));
  if (run.maxAttempts > 1 && run.attempt > 1 && run.status !== "retrying")
    found.push(`${run.attempt}/${run.maxAttempts}`);
  return found;
}

function tokensText(tokens: number): string {
  return tokens < 1000 ? String(tokens) : `${(tokens / 1000).toFixed(tokens < 10_000 ? 1 : 0)}k`;
}
