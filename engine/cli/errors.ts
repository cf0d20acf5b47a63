/** How a failure looks on a terminal and in a script, and the exit code it leads to. Never a stack trace. */
import {
  ERRORS,
  type ErrorShape,
  LayerloomError,
  type Place,
  type Problem,
  toErrorShape,
} from "#contract/errors.ts";
import { printError } from "./output.ts";

/** Prints `thrown` to standard error and returns the exit code. */
export function reportError(thrown: unknown, json: boolean): number {
  const shape = withHint(thrown);
  if (json) printError(JSON.stringify({ type: "error", error: shape }));
  else for (const line of errorLines(shape)) printError(line);
  return ERRORS[shape.code].exit;
}

/** The same error, its places naming the file as the person wrote it. */
export function namingFile(thrown: unknown, shown: string): unknown {
  if (!(thrown instanceof LayerloomError) || (!thrown.problems && !thrown.place)) return thrown;
  const named = (place: Place | undefined): Place | undefined => place && { ...place, file: shown };
  const problems = thrown.problems?.map((problem) => ({ ...problem, place: named(problem.place) }));
  const shape = { ...thrown.toShape(), problems, place: named(thrown.place) };
  return new LayerloomError(thrown.code, thrown.message, { ...shape, cause: thrown.cause });
}

/** `CODE: message` and its hint; a file's problems each at `file:line:column: CODE: message`. */
function errorLines(shape: ErrorShape): readonly string[] {
  const problems = shape.problems?.filter((problem) => problem.severity === "error") ?? [];
  if (problems.length > 0) return problems.flatMap((problem) => problemLines(problem));
  return [`${placeText(shape.place)}${shape.code}: ${shape.message}`, ...hintLines(shape.hint)];
}

export function problemLines(problem: Problem, file?: string): readonly string[] {
  const place = problem.place && { ...problem.place, file: problem.place.file ?? file };
  const where = placeText(place ?? (file === undefined ? undefined : { file, line: 1, column: 1 }));
  const word = problem.severity === "warning" ? "warning: " : "";
  return [`${where}${word}${problem.code}: ${problem.message}`, ...hintLines(problem.hint)];
}

function placeText(place: Place | undefined): string {
  return place ? `${place.file ?? "<stdin>"}:${place.line}:${place.column}: ` : "";
}

function hintLines(hint: string | undefined): readonly string[] {
  return hint === undefined ? [] : [`  hint: ${hint}`];
}

function withHint(thrown: unknown): ErrorShape {
  const shape = toErrorShape(thrown);
  if (thrown instanceof LayerloomError) return shape;
  return {
    ...shape,
    hint: "This is a fault of Layerloom, not of your file. What had been recorded is kept; please report it.",
  };
}
