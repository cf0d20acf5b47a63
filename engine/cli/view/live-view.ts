/** A table of nodes that redraws itself in place. Owns the cursor and the part of the screen below where it began. */
import { draw } from "#cli/output.ts";
import { RunPicture } from "#cli/run-picture.ts";
import { printSummary } from "./summary.ts";
import { tableLines } from "./table.ts";
import type { RunView } from "./view.ts";
import { textWidth } from "./width.ts";
import { decideCommand } from "./words.ts";

const FRAME_MS = 100;
const CLEAR_BELOW = "\u001b[J";
const HIDE_CURSOR = "\u001b[?25l";
const SHOW_CURSOR = "\u001b[?25h";

/** What of a terminal's stream the view uses. */
export type Terminal = Pick<NodeJS.WriteStream, "columns" | "rows" | "hasColors"> & {
  on(event: "resize", listener: () => void): unknown;
  off(event: "resize", listener: () => void): unknown;
};

/** A terminal that can move its cursor. */
export function canDrawLive(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY === true && process.env.TERM !== "dumb" && !process.env.CI;
}

export function liveView(
  stream: Terminal,
  db: string | undefined,
  write: (text: string) => void = draw,
): RunView {
  const colours = stream.hasColors();
  let picture = new RunPicture();
  let drawn: readonly string[] = [];
  let ended = false;
  const notes: string[] = [];

  const redraw = (): void => {
    const size = { columns: stream.columns || 80, rows: stream.rows || 24 };
    const lines = [...tableLines(picture, Date.now(), size, colours), ...taskLines(), ...notes];
    write(`${goUp(drawn, size.columns)}${CLEAR_BELOW}${lines.map((line) => `${line}\n`).join("")}`);
    drawn = lines;
  };
  const taskLines = (): readonly string[] =>
    picture.tasks.flatMap((task) => [
      `✋ ${task.node}: ${task.card.title}`,
      `   decide with: ${decideCommand(task, db)}`,
    ]);

  write(HIDE_CURSOR);
  const showCursor = (): void => write(SHOW_CURSOR);
  process.once("exit", showCursor);
  const frames = setInterval(redraw, FRAME_MS);
  stream.on("resize", redraw);

  const close = (): void => {
    if (ended) return;
    ended = true;
    clearInterval(frames);
    stream.off("resize", redraw);
    process.off("exit", showCursor);
    showCursor();
  };
  return {
    onPicture(next) {
      picture = next;
    },
    note(text) {
      notes.push(text);
      redraw();
    },
    onEnd(result) {
      redraw();
      close();
      printSummary(result, [], db, colours);
    },
    close,
  };
}

/** Back to the first line of what was drawn, counted in rows of the terminal as wide as it is now. */
function goUp(lines: readonly string[], columns: number): string {
  const rows = lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(textWidth(line) / columns)), 0);
  return rows === 0 ? "" : `\u001b[${rows}A\r`;
}
