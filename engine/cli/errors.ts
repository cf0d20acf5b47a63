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
import { commandLine } from "./paths.ts";

const PROBLEMS_SHOWN = 20;
const SAME_HINT_SHOWN = 3;

/** Prints `thrown` to standard error and returns the exit code. */
export function reportError(thrown: unknown, json: boolean): number {
  const shape = withHint(thrown);
  if (json) printError(JSON.stringify({ type: "error", error: shape }));
  else for (const line of errorLines(shape)) printError(line);
  return ERRORS[shape.code].exit;
}

/** The same error, its places (and what counts its problems) naming the file as the person wrote it. */
export function namingFile(thrown: unknown, shown: string): unknown {
  if (!(thrown instanceof LayerloomError) || (!thrown.problems && !thrown.place)) return thrown;
  const named = (place: Place | undefined): Place | undefined => place && { ...place, file: shown };
  const problems = thrown.problems?.map((problem) => ({ ...problem, place: named(problem.place) }));
  const shape = { ...thrown.toShape(), problems, place: named(thrown.place) };
  const errors = problems?.filter(isError) ?? [];
  const message = errors.length > 0 ? `${counted(errors.length)} in ${shown}` : thrown.message;
  return new LayerloomError(thrown.code, message, { ...shape, cause: thrown.cause });
}

/** `CODE: message` and its hint; under it a file's problems, each as `file:line:column: CODE: message`. */
function errorLines(shape: ErrorShape): readonly string[] {
  const problems = shape.problems?.filter(isError) ?? [];
  if (problems.length === 0)
    return [`${placeText(shape.place)}${shape.code}: ${shape.message}`, ...hintLines(shape.hint)];
  const left = problems.length - PROBLEMS_SHOWN;
  return [
    `${shape.code}: ${shape.message}`,
    ...problemLines(problems.slice(0, PROBLEMS_SHOWN)),
    ...(left > 0 ? [`and ${left} more; \`${commandLine("validate")}\` lists them`] : []),
  ];
}

/** The problems of one file. The same hint is worth reading a few times, not a hundred. */
export function problemLines(problems: readonly Problem[], file?: string): readonly string[] {
  const given = new Map<string, number>();
  return problems.flatMap((problem) => {
    const { hint = "" } = problem;
    const times = (given.get(hint) ?? 0) + 1;
    given.set(hint, times);
    const place = problem.place && { ...problem.place, file: problem.place.file ?? file };
    const where = placeText(place ?? (file === undefined ? undefined : { file, line: 1, column: 1 }));
    const word = problem.severity === "warning" ? "warning: " : "";
    const line = `${where}${word}${problem.code}: ${problem.message}`;
    return times > SAME_HINT_SHOWN ? [line] : [line, ...hintLines(problem.hint)];
  });
}

function isError(problem: Problem): boolean {
  return problem.severity === "error";
}

function counted(problems: number): string {
  return problems === 1 ? "1 problem" : `${problems} problems`;
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
