/** Where the window stood last time: a small file in the app's own folder. A broken file is as good as none. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Rectangle } from "electron";
import { z } from "zod";

const MIN_WIDTH = 640;
const MIN_HEIGHT = 480;
const DEFAULT = { width: 1_360, height: 860 };

const placeSchema = z.object({
  x: z.number(),
  y: z.number(),
  width: z.number().min(MIN_WIDTH),
  height: z.number().min(MIN_HEIGHT),
  maximized: z.boolean(),
});

export type WindowPlace = Partial<Rectangle> & {
  readonly width: number;
  readonly height: number;
  readonly maximized: boolean;
};

/** A place on a screen that is no longer there gives way to the default. */
export function readPlace(file: string, screens: readonly Rectangle[]): WindowPlace {
  try {
    const place = placeSchema.parse(JSON.parse(readFileSync(file, "utf8")));
    const visible = screens.some(
      (screen) =>
        place.x + place.width > screen.x + 50 &&
        place.x < screen.x + screen.width - 50 &&
        place.y >= screen.y - 10 &&
        place.y < screen.y + screen.height - 50,
    );
    if (visible) return place;
  } catch {
    // First start, or not readable: the default.
  }
  return { ...DEFAULT, maximized: false };
}

export function writePlace(file: string, bounds: Rectangle, maximized: boolean): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify({ ...bounds, maximized }));
  } catch {
    // Not worth a word to anyone.
  }
}
