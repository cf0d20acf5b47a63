/**
 * Where wires must not run: the boxes of all nodes, in buckets by x so that a question costs what is near and not
 * the whole graph. Pure.
 */
import type { Rect } from "./geometry.ts";

const BUCKET = 400;
const MAX_STEPS = 400;

export class Obstacles {
  readonly #buckets = new Map<number, Rect[]>();

  constructor(rects: Iterable<Rect>) {
    for (const rect of rects) {
      for (let b = Math.floor(rect.x / BUCKET); b <= Math.floor((rect.x + rect.width) / BUCKET); b++) {
        const bucket = this.#buckets.get(b);
        if (bucket) bucket.push(rect);
        else this.#buckets.set(b, [rect]);
      }
    }
  }

  /** The first box that overlaps the area; boxes in `except` do not count. */
  hit(
    left: number,
    top: number,
    right: number,
    bottom: number,
    except: readonly (Rect | undefined)[] = [],
  ): Rect | undefined {
    for (let b = Math.floor(left / BUCKET); b <= Math.floor(right / BUCKET); b++) {
      for (const rect of this.#buckets.get(b) ?? []) {
        const outside =
          rect.x >= right || rect.x + rect.width <= left || rect.y >= bottom || rect.y + rect.height <= top;
        if (!outside && !except.includes(rect)) return rect;
      }
    }
    return undefined;
  }

  /** The y nearest to `y` in that direction at which a horizontal run from x1 to x2 keeps `pad` from every box. */
  freeY(y: number, x1: number, x2: number, pad: number, direction: 1 | -1): number {
    const [left, right] = x1 < x2 ? [x1, x2] : [x2, x1];
    let at = y;
    for (let step = 0; step < MAX_STEPS; step++) {
      const blocker = this.hit(left, at - pad, right, at + pad);
      if (!blocker) return at;
      at = direction === 1 ? blocker.y + blocker.height + pad : blocker.y - pad;
    }
    return at;
  }

  /** The same for a vertical run. */
  freeX(
    x: number,
    y1: number,
    y2: number,
    pad: number,
    direction: 1 | -1,
    except: readonly (Rect | undefined)[] = [],
  ): number {
    const [top, bottom] = y1 < y2 ? [y1, y2] : [y2, y1];
    let at = x;
    for (let step = 0; step < MAX_STEPS; step++) {
      const blocker = this.hit(at - pad, top, at + pad, bottom, except);
      if (!blocker) return at;
      at = direction === 1 ? blocker.x + blocker.width + pad : blocker.x - pad;
    }
    return at;
  }
}

/** Horizontal runs already given away, so that parallel wires lie beside and not upon each other. */
export class Lanes {
  readonly #taken: { y: number; left: number; right: number }[] = [];

  take(y: number, x1: number, x2: number, pitch: number, direction: 1 | -1): number {
    const [left, right] = x1 < x2 ? [x1, x2] : [x2, x1];
    let at = y;
    for (let step = 0; step < MAX_STEPS; step++) {
      const clash = this.#taken.find(
        (lane) => Math.abs(lane.y - at) < pitch && lane.left < right && lane.right > left,
      );
      if (!clash) break;
      at = clash.y + direction * pitch;
    }
    this.#taken.push({ y: at, left, right });
    return at;
  }
}
