/** Arithmetic of figures of which some are not known. */
import type { Figure, Total } from "#contract/quote.ts";
import { plus, times } from "#core/bounds.ts";

export function scaled(figure: Figure, factor: number): Figure {
  return figure.value === null ? figure : { ...figure, value: times(figure.value, factor) };
}

/** Rests on what the first rests on; not known when one of them is not. */
export function sumOf(first: Figure, ...others: readonly Figure[]): Figure {
  return others.reduce<Figure>((sum, one) => {
    if (sum.value === null || one.value === null) return { value: null, basis: "unknown" };
    const value = plus(sum.value, one.value);
    return sum.atLeast || one.atLeast
      ? { value, basis: sum.basis, atLeast: true }
      : { value, basis: sum.basis };
  }, first);
}

/** The same, with a part in it that is not known. */
export function atLeast(figure: Figure): Figure {
  return figure.value === null ? figure : { ...figure, atLeast: true };
}

/** `ms` is that of the whole graph; the figures say what is missing in it. */
export function totalOf(
  usd: readonly (readonly [string, Figure])[],
  ms: readonly (readonly [string, Figure])[],
  wholeMs: number,
): Total {
  return {
    usd: usd.reduce((sum, [, { value }]) => plus(sum, value ?? 0), 0),
    ms: wholeMs,
    unknownUsd: incomplete(usd),
    unknownMs: incomplete(ms),
  };
}

function incomplete(figures: readonly (readonly [string, Figure])[]): readonly string[] {
  return figures.flatMap(([id, { value, atLeast: isOpen }]) => (value === null || isOpen ? [id] : []));
}
