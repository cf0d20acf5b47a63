/**
 * Owns the functions and operators that expressions may use: CEL's own, one kind of number (whole and decimal mix
 * freely), and the helpers that templates need. Every function here is pure and bounded.
 */
import { Environment } from "@marcbachmann/cel-js";
import type { Json } from "#contract/json.ts";
import { toJson, toText } from "./to-json.ts";

/** List elements that one evaluation may walk through, over all its loops. */
const MAX_ITERATIONS = 1_000_000;
let iterations = 0;

export function resetBudget(): void {
  iterations = 0;
}

/** Undefined, or why the evaluation that has just ended does not count. */
export function budgetFailure(): Error | undefined {
  if (iterations <= MAX_ITERATIONS) return undefined;
  return new BudgetError(`it walks through more than ${MAX_ITERATIONS} list elements`);
}

export class BudgetError extends Error {}

/** Over budget, loops get nothing to walk: an error would be caught by `all` and `exists`, which then go on. */
function spend(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const isList = Array.isArray(value);
  iterations += isList ? value.length : Object.keys(value).length;
  if (iterations <= MAX_ITERATIONS) return value;
  return isList ? [] : {};
}

const arithmetic: Record<string, (a: number, b: number) => number> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "%": (a, b) => a % b,
};

type Number_ = number | bigint;
const compare = (a: unknown, b: unknown): number => {
  const left = typeof a === "bigint" ? Number(a) : a;
  const right = typeof b === "bigint" ? Number(b) : b;
  if (typeof left !== typeof right) throw new Error("numbers and texts cannot be put in one order");
  return (left as string) < (right as string) ? -1 : (left as string) > (right as string) ? 1 : 0;
};
const numbers = (list: readonly unknown[]): number[] =>
  list.map((item) => {
    if (typeof item !== "number" && typeof item !== "bigint")
      throw new Error("the list holds something else than numbers");
    return Number(item);
  });
const substring = (text: string, start: Number_, end?: Number_): string => {
  const from = Number(start);
  const to = end === undefined ? text.length : Number(end);
  if (!(from >= 0 && to >= from && to <= text.length)) throw new Error("substring() reaches beyond the text");
  return text.slice(from, to);
};
function extreme(list: readonly unknown[], sign: number): unknown {
  if (list.length === 0) throw new Error("min() and max() need at least one element");
  return list.reduce((best, item) => (compare(item, best) * sign > 0 ? item : best));
}

function round(value: number, digits: Number_): number {
  const places = Number(digits);
  if (!(places >= 0 && places <= 15)) throw new Error("round() takes 0 to 15 digits");
  const rounded = Number(`${Math.round(Number(`${value}e${places}`))}e-${places}`);
  return Number.isNaN(rounded) ? value : rounded;
}

function joined(list: unknown, separator: string): string {
  if (!Array.isArray(list)) throw new Error("join() works on lists");
  return list.map(toText).join(separator);
}

// A handler's arguments are what its signature says; the library types them as anything.
type Handler = (...args: never[]) => unknown;
const functions: Record<string, Handler> = {
  "real_(dyn): dyn": (value: unknown) => (typeof value === "bigint" ? Number(value) : value),
  "spend_(dyn): dyn": spend,
  "dyn.join_(): string": (list: unknown) => joined(list, ""),
  "dyn.join_(string): string": joined,
  "json(dyn): string": (value: unknown) => JSON.stringify(toJson(value)),
  "string(map): string": toText,
  "string(list): string": toText,
  "string(null): string": () => "",
  "string(google.protobuf.Timestamp): string": (at: Date) => at.toISOString(),
  "size(null): int": () => 0n,
  "string.replace(string, string): string": (text: string, search: string, by: string) =>
    text.replaceAll(search, by),
  "string.substring(double): string": substring,
  "string.substring(double, double): string": substring,
  "string.substring(int, double): string": substring,
  "string.substring(double, int): string": substring,
  "round(double): double": (value: number) => round(value, 0),
  "round(int): int": (value: bigint) => value,
  "round(double, int): double": round,
  "round(int, int): int": (value: bigint) => value,
  "floor(double): double": Math.floor,
  "floor(int): int": (value: bigint) => value,
  "ceil(double): double": Math.ceil,
  "ceil(int): int": (value: bigint) => value,
  "abs(double): double": Math.abs,
  "abs(int): int": (value: bigint) => (value < 0n ? -value : value),
  "min(list): dyn": (list: unknown[]) => extreme(list, -1),
  "max(list): dyn": (list: unknown[]) => extreme(list, 1),
  "list.sum(): double": (list: unknown[]) => numbers(list).reduce((sum, item) => sum + item, 0),
  "list.first(): dyn": (list: unknown[]) => list[0] ?? null,
  "list.last(): dyn": (list: unknown[]) => list.at(-1) ?? null,
  "list.sort(): list": (list: unknown[]) => [...list].sort(compare),
  "list.reverse(): list": (list: unknown[]) => [...list].reverse(),
  "list.distinct(): list": (list: unknown[]) => [
    ...new Map(list.map((item) => [JSON.stringify(toJson(item)), item])).values(),
  ],
  "keys(map): list": (map: Record<string, Json>) => Object.keys(map),
  "values(map): list": (map: Record<string, Json>) => Object.values(map),
};

type MacroNode = object;
type Evaluator = {
  tryEval(node: MacroNode, context: unknown): unknown;
  run(node: MacroNode, context: unknown): unknown;
};
type Checker = { check(node: MacroNode, context: unknown): unknown; getType(name: string): unknown };
type DefaultMacro = { readonly args: readonly [MacroNode, MacroNode] };
const MISSING = new Set(["no_such_key", "index_out_of_bounds", "unknown_variable"]);

/** `default(x, y)`: y when x is null or something on the way to it is not there. Other errors stay errors. */
const defaultMacro = {
  async: false,
  typeCheck(checker: Checker, macro: DefaultMacro, context: unknown): unknown {
    for (const arg of macro.args) checker.check(arg, context);
    return checker.getType("dyn");
  },
  evaluate(evaluator: Evaluator, macro: DefaultMacro, context: unknown): unknown {
    const value = evaluator.tryEval(macro.args[0], context);
    if (value instanceof Error && !MISSING.has((value as { code?: string }).code ?? "")) throw value;
    return value === null || value instanceof Error ? evaluator.run(macro.args[1], context) : value;
  },
};

/** Names that a person can call, for suggestions. */
export const FUNCTION_NAMES: readonly string[] = [
  "size",
  "string",
  "int",
  "double",
  "bool",
  "duration",
  "timestamp",
  "type",
  "has",
  "default",
  "json",
  "round",
  "floor",
  "ceil",
  "abs",
  "min",
  "max",
  "keys",
  "values",
  "join",
  "split",
  "trim",
  "lowerAscii",
  "upperAscii",
  "replace",
  "substring",
  "contains",
  "startsWith",
  "endsWith",
  "indexOf",
  "lastIndexOf",
  "sum",
  "first",
  "last",
  "sort",
  "reverse",
  "distinct",
  "map",
  "filter",
  "exists",
  "exists_one",
  "all",
  "orValue",
];

export function createEnvironment(): Environment {
  const environment = new Environment({
    unlistedVariablesAreDyn: true,
    homogeneousAggregateLiterals: false,
    enableOptionalTypes: true,
    limits: {
      maxAstNodes: 5_000,
      maxDepth: 100,
      maxListElements: 1_000,
      maxMapEntries: 1_000,
      maxCallArguments: 16,
    },
  });
  for (const [operator, apply] of Object.entries(arithmetic)) {
    const handler = (a: Number_, b: Number_): number => apply(Number(a), Number(b));
    environment.registerOperator(`double ${operator} int: double`, handler);
    environment.registerOperator(`int ${operator} double: double`, handler);
  }
  environment.registerOperator("double % double: double", arithmetic["%"]!);
  const sync = { async: false };
  for (const [signature, handler] of Object.entries(functions)) {
    environment.registerFunction(signature, handler as (...args: unknown[]) => unknown, sync);
  }
  environment.registerFunction("default(ast, ast): dyn", ({ args }: DefaultMacro) => ({
    ...defaultMacro,
    args,
  }));
  return environment;
}
