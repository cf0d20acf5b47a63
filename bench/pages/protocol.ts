/** What a page offers to the driver, and how it measures itself. The same clock and the same stream for both pages. */

export type NodeUpdate = {
  readonly index: number;
  readonly status: "running" | "succeeded" | "queued";
  readonly summary: string;
};

export type Page = {
  /** Milliseconds from the first call until the nodes are visible on the screen. */
  readonly firstRender: (count: number) => Promise<number>;
  readonly apply: (updates: readonly NodeUpdate[]) => void;
  /** Text of the probe node as it stands in the document. */
  readonly probe: () => string;
};

export type Storm = {
  readonly fps: number;
  readonly p95FrameMs: number;
  readonly lagMedianMs: number;
  readonly lagP95Ms: number;
  readonly sent: number;
};

declare global {
  interface Window {
    page: Page;
    storm: (seconds: number, perSecond: number, nodes: number) => Promise<Storm>;
    idle: (seconds: number) => Promise<{ readonly fps: number; readonly p95FrameMs: number }>;
  }
}

const MESSAGE_MS = 20;
const STATUSES = ["queued", "running", "succeeded"] as const;
/** A node in the middle of what is visible. */
export const PROBE = 42;

const frame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));

export function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

async function frames(seconds: number, each: (now: number) => void): Promise<number[]> {
  const lengths: number[] = [];
  let last = await frame();
  const end = last + seconds * 1000;
  while (last < end) {
    const now = await frame();
    lengths.push(now - last);
    last = now;
    each(performance.now());
  }
  return lengths;
}

/** Resolves when nodes can be seen: there, and not hidden while they are still being measured. */
export async function nodesVisible(): Promise<void> {
  for (;;) {
    await frame();
    const node = document.querySelector(".react-flow__node");
    if (node && getComputedStyle(node).visibility === "visible" && node.getBoundingClientRect().width > 0) {
      await frame();
      return;
    }
  }
}

export function offer(page: Page): void {
  window.page = page;
  window.idle = async (seconds) => {
    const lengths = await frames(seconds, () => undefined);
    return { fps: lengths.length / seconds, p95FrameMs: percentile(lengths, 0.95) };
  };
  window.storm = async (seconds, perSecond, nodes) => {
    const pending = new Map<string, number>();
    const lags: number[] = [];
    let sent = 0;
    let sequence = 0;
    let owed = 0;
    let lastTick = performance.now();
    const timer = setInterval(() => {
      const now = performance.now();
      owed += ((now - lastTick) / 1000) * perSecond;
      lastTick = now;
      const updates: NodeUpdate[] = [];
      for (; owed >= 1; owed--) {
        const index = (sequence * 7919) % nodes;
        const status = STATUSES[sequence % STATUSES.length] ?? "running";
        updates.push({ index, status, summary: `update ${sequence++}` });
      }
      const mark = `mark ${sequence}`;
      updates.push({ index: PROBE, status: "succeeded", summary: mark });
      pending.set(mark, now);
      sent += updates.length;
      window.page.apply(updates);
    }, MESSAGE_MS);
    const lengths = await frames(seconds, (now) => {
      const shown = window.page.probe();
      const at = pending.get(shown);
      if (at === undefined) return;
      lags.push(now - at);
      // Marks that were overtaken were never shown: they waited as long as the one that was.
      for (const [mark, when] of pending) if (when <= at) pending.delete(mark);
    });
    clearInterval(timer);
    // What never got to the screen has waited until now.
    for (const when of pending.values()) lags.push(performance.now() - when);
    return {
      fps: lengths.length / (lengths.reduce((sum, length) => sum + length, 0) / 1000),
      p95FrameMs: percentile(lengths, 0.95),
      lagMedianMs: percentile(lags, 0.5),
      lagP95Ms: percentile(lags, 0.95),
      sent,
    };
  };
}
