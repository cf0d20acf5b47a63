/** Owns the one value of an expression's scope that is not JSON: a length of time. */
import { evaluate } from "@marcbachmann/cel-js";

type DurationClass = { fromMilliseconds(ms: number): unknown };
// The library exports the class by no name that its types know.
const Duration = (evaluate("duration('0s')") as object).constructor as unknown as DurationClass;

/**
 * A length of time that expressions compare with `duration('1h')`: what a host puts into the scope as the `age` of
 * a memory entry. Where it ends up in a result it becomes milliseconds.
 */
export function durationValue(ms: number): unknown {
  return Duration.fromMilliseconds(ms);
}
