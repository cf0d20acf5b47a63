/**
 * Owns the expression language: compiles a source once, checks it, keeps it, evaluates it often, and turns the
 * library's errors into the project's. The names in a scope are the caller's; of them it knows only that `nodes`,
 * `memory` and `inputs` are read by name.
 *
 * Numbers are of one kind: whole and decimal mix in every operation, and `/` is always the exact quotient.
 * `reads` says what an expression looks at, so that a file can be checked before anything runs.
 * The `place` of an error counts within the text that was given, line and column from 1.
 */
import {
  type ASTNode,
  TypeError as CelTypeError,
  type Environment,
  EvaluationError,
  ParseError,
} from "@marcbachmann/cel-js";
import { type ErrorCode, LayerloomError, type Place } from "#contract/errors.ts";
import type { Json } from "#contract/json.ts";
import { BudgetError, budgetFailure, createEnvironment, FUNCTION_NAMES, resetBudget } from "./environment.ts";
import { mask, unmask } from "./mask.ts";
import { placeAt } from "./place-at.ts";
import { type Reads, Rewriter } from "./rewrite.ts";
import { holdsExpression, splitTemplate, type TemplatePart } from "./template.ts";
import { toJson, toText } from "./to-json.ts";

type Scope = { readonly [name: string]: unknown };
type Evaluate = (scope: Scope) => Json;
type Expression = {
  readonly source: string;
  readonly type: string;
  readonly evaluate: Evaluate;
  readonly reads: Reads;
};
type Template = {
  readonly evaluate: Evaluate;
  readonly expressions: readonly { readonly path: string; readonly expression: Expression }[];
};
type Language = { compile(source: string): Expression; compileTemplate(value: Json): Template };

const MAX_SOURCE = 20_000;
const MAX_CACHED = 20_000;

export function createExpressionLanguage(): Language {
  // Made at the first expression: a pipeline without any does not wait for it.
  let environment: Environment | undefined;
  const cache = new Map<string, Expression>();
  const compile = (source: string): Expression => {
    const known = cache.get(source);
    if (known) return known;
    environment ??= createEnvironment();
    const expression = compileSource(environment, source);
    if (cache.size >= MAX_CACHED) cache.clear();
    cache.set(source, expression);
    return expression;
  };
  return { compile, compileTemplate: (value) => compileTemplate(compile, value) };
}

function compileSource(environment: Environment, source: string): Expression {
  if (source.length > MAX_SOURCE) {
    throw new LayerloomError(
      "EXPRESSION_SYNTAX",
      `an expression may be ${MAX_SOURCE} characters long, not ${source.length}`,
      {
        hint: "move the work into a transform or code node",
      },
    );
  }
  const fail = (thrown: unknown): never => {
    throw translate(thrown, source, "EXPRESSION_SYNTAX");
  };
  try {
    const parsed = environment.parse(mask(source));
    const reads = new Rewriter(environment, source).run(parsed.ast);
    const check = parsed.check();
    if (!check.valid) return fail(check.error);
    // A result straight out of the scope is JSON already, but for what a host puts into memory.
    const isPath = isPlainPath(parsed.ast) && !reads.names.includes("memory");
    const evaluate = (scope: Scope): Json => {
      resetBudget();
      try {
        const value: unknown = parsed(scope);
        const failure = budgetFailure();
        if (failure) throw failure;
        return isPath ? (value as Json) : toJson(value);
      } catch (thrown) {
        throw translate(budgetFailure() ?? thrown, source, "EXPRESSION_FAILED");
      }
    };
    return { source, type: check.type ?? "dyn", evaluate, reads };
  } catch (thrown) {
    return fail(thrown);
  }
}

function isPlainPath(node: ASTNode): boolean {
  if (node.op === "id") return true;
  return node.op === "." && isPlainPath(node.args[0]);
}

function translate(thrown: unknown, source: string, fallback: ErrorCode): LayerloomError {
  if (thrown instanceof LayerloomError) return thrown;
  const isCel =
    thrown instanceof ParseError || thrown instanceof EvaluationError || thrown instanceof CelTypeError;
  const code =
    fallback === "EXPRESSION_SYNTAX" && isCel && !(thrown instanceof ParseError)
      ? "EXPRESSION_TYPE"
      : fallback;
  const reason = unmask(isCel ? thrown.summary : thrown instanceof Error ? thrown.message : String(thrown));
  const shown = source.length > 200 ? `${source.slice(0, 200)}…` : source;
  const offset = isCel ? thrown.range?.start : undefined;
  const place: Place | undefined =
    offset === undefined ? undefined : placeAt(source, Math.min(offset, source.length));
  return new LayerloomError(code, `${shown}: ${lowerFirst(reason)}`, {
    place,
    hint: hintFor(thrown, reason, source),
  });
}

function hintFor(thrown: unknown, reason: string, source: string): string {
  if (thrown instanceof BudgetError) return "narrow the lists, or move the work into a code node";
  const call = /no matching overload for '(?:[^.']*\.)?(\w+)\(/.exec(reason)?.[1];
  if (call !== undefined) {
    if (FUNCTION_NAMES.includes(call)) return `${call}() does not take arguments of these types`;
    return `there is no function ${call}(); there are ${FUNCTION_NAMES.join(", ")}`;
  }
  if (reason.startsWith("No such key")) return "guard it with has(…), .?name.orValue(…) or default(…, …)";
  if (reason.startsWith("no such overload")) return "convert one side with string(…), double(…) or int(…)";
  if (/[^=!<>]=[^=]/.test(source)) return "compare with ==";
  if (/\b(and|or|not)\b/.test(source)) return "write &&, || and !";
  return "the language is CEL: a.b, ==, &&, ||, ?:, in, size(x), x.map(e, …), x.filter(e, …)";
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

type Compile = (source: string) => Expression;

function compileTemplate(compile: Compile, value: Json): Template {
  const expressions: { path: string; expression: Expression }[] = [];
  const evaluate = compileValue(compile, value, "", expressions);
  return { evaluate: evaluate ?? (() => value), expressions };
}

/** Undefined when nothing in the value is an expression, so that it is passed on as it stands. */
function compileValue(
  compile: Compile,
  value: Json,
  path: string,
  found: { path: string; expression: Expression }[],
): Evaluate | undefined {
  if (typeof value === "string") return compileText(compile, value, path, found);
  if (typeof value !== "object" || value === null) return undefined;
  const at = (key: string | number): string => (path === "" ? String(key) : `${path}.${key}`);
  if (Array.isArray(value)) {
    const items = value.map((item: Json, index) => compileValue(compile, item, at(index), found));
    if (!items.some(Boolean)) return undefined;
    return (scope) => items.map((item, index) => (item ? item(scope) : (value[index] as Json)));
  }
  const entries = Object.entries(value).map(
    ([key, item]) => [key, item as Json, compileValue(compile, item as Json, at(key), found)] as const,
  );
  if (!entries.some(([, , evaluate]) => evaluate)) return undefined;
  return (scope) => {
    const result: Record<string, Json> = {};
    for (const [key, item, evaluate] of entries) result[key] = evaluate ? evaluate(scope) : item;
    return result;
  };
}

function compileText(
  compile: Compile,
  text: string,
  path: string,
  found: { path: string; expression: Expression }[],
): Evaluate | undefined {
  if (!holdsExpression(text)) return undefined;
  const parts = splitTemplate(text).map((part) => compilePart(compile, text, part));
  for (const part of parts) if (typeof part !== "string") found.push({ path, expression: part });
  const [only] = parts;
  if (parts.length === 1 && only !== undefined && typeof only !== "string") return only.evaluate;
  return (scope) => {
    let result = "";
    for (const part of parts) result += typeof part === "string" ? part : toText(part.evaluate(scope));
    return result;
  };
}

function compilePart(compile: Compile, text: string, part: TemplatePart): string | Expression {
  if (part.type === "text") return part.text;
  try {
    return compile(part.source);
  } catch (thrown) {
    if (!(thrown instanceof LayerloomError)) throw thrown;
    const start = placeAt(text, part.offset);
    const inner = thrown.place ?? { line: 1, column: 1 };
    const column = inner.line === 1 ? start.column + inner.column - 1 : inner.column;
    const place = { line: start.line + inner.line - 1, column };
    throw new LayerloomError(thrown.code, thrown.message, { hint: thrown.hint, place });
  }
}
