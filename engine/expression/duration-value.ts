/** Owns the one value of an expression's scope that is not JSON: a length of time. */
import { evaluate } from "@marcbachmann/cel-js";

type DurationClass = { fromMilliseconds(ms: number): unknown };
let known: DurationClass | undefined;

/** The library exports the class by no name that its types know. Asked for once, when a memory is first looked at. */
function durationClass(): DurationClass {
  known ??= (evaluate("duration('0s')") as object).constructor as unknown as DurationClass;
  return known;
}

/**
 * A length of time that expressions compare with `duration('1h')`: what a host puts into the scope as the `age` of
 * a memory entry. Where it ends up in a result it becomes milliseconds.
 */
export function durationValue(ms: number): unknown {
  return durationClass().fromMilliseconds(ms);
}
