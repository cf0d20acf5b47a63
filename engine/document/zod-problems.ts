/** Owns the step from a schema's complaints to problems that people can act on. Knows nothing of files. */
import type { ErrorCode } from "#contract/errors.ts";
import { suggest } from "./nearest.ts";

type Key = PropertyKey;
/** The part of a zod issue that is used here; unions hold the issues of each member. */
export type Issue = {
  readonly code?: string | undefined;
  readonly message: string;
  readonly path: readonly Key[];
  readonly input?: unknown;
  readonly expected?: unknown;
  readonly keys?: readonly string[];
  readonly values?: readonly unknown[];
  readonly errors?: readonly (readonly Issue[])[];
  readonly origin?: string | undefined;
  readonly minimum?: number | bigint | undefined;
  readonly maximum?: number | bigint | undefined;
  readonly inclusive?: boolean | undefined;
};

export type SchemaFinding = {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string;
  readonly path: readonly Key[];
  /** Point at the key rather than at its value. */
  readonly atKey: boolean;
};

/** `keysAt` lists the keys that may stand at a path, for suggestions; `valueAt` looks the value up. */
export function findingsOf(
  issues: readonly Issue[],
  valueAt: (path: readonly Key[]) => unknown,
  keysAt: (path: readonly Key[]) => readonly string[],
): SchemaFinding[] {
  return issues.flatMap((issue) => {
    const within = issuesWithin(issue);
    if (within) return findingsOf(within, valueAt, keysAt);
    if (issue.code === "unrecognized_keys") {
      return (issue.keys ?? []).map((key) => ({
        code: "UNKNOWN_KEY" as const,
        message: `unknown key "${key}"`,
        hint: suggest(key, keysAt(issue.path), "keys that can stand here"),
        path: [...issue.path, key],
        atKey: true,
      }));
    }
    return [findingOf(issue, valueAt(issue.path))];
  });
}

/** Of a union, where the value is plainly meant as one of its members: what is wrong inside of it. */
function issuesWithin({ code, errors = [], path }: Issue): readonly Issue[] | undefined {
  if (code !== "invalid_union") return undefined;
  const meant = errors.filter((issues) => issues.every((issue) => issue.path.length > 0));
  return meant.length === 1
    ? meant[0]?.map((issue) => ({ ...issue, path: [...path, ...issue.path] }))
    : undefined;
}

function findingOf(issue: Issue, value: unknown): SchemaFinding {
  const name = String(issue.path.at(-1) ?? "the value");
  if (value === undefined) {
    return {
      code: "MISSING_VALUE",
      message: `"${name}" is missing`,
      hint: `add "${name}"`,
      path: issue.path,
      atKey: true,
    };
  }
  if (issue.code === "custom") {
    const message = issue.path.length === 0 ? issue.message : `"${name}": ${issue.message}`;
    return { code: "INVALID_VALUE", message, hint: issue.message, path: issue.path, atKey: false };
  }
  return {
    code: "INVALID_VALUE",
    message: `"${name}" cannot be ${shown(value)}`,
    hint: expectation(issue),
    path: issue.path,
    atKey: false,
  };
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "an object";
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function expectation(issue: Issue): string {
  if (issue.code === "invalid_union") {
    const inner = (issue.errors ?? []).map((issues) => issues.map(expectation).join(" and "));
    const kinds = [...new Set(inner)].filter((text) => text !== "");
    return kinds.length > 0 ? kinds.join(", or ") : issue.message;
  }
  if (issue.code === "invalid_value") return `write ${(issue.values ?? []).map(String).join(" | ")}`;
  if (issue.code === "invalid_type") return `write ${article(String(issue.expected))}`;
  if (issue.code === "too_small")
    return `write ${bound(issue.inclusive ? "at least" : "more than", issue.minimum, issue.origin)}`;
  if (issue.code === "too_big")
    return `write ${bound(issue.inclusive ? "at most" : "less than", issue.maximum, issue.origin)}`;
  return issue.message.startsWith("Invalid") ? issue.message : `write ${issue.message}`;
}

/** `at least 1`, `at most 200 characters`. */
function bound(how: string, limit: Issue["minimum"], origin: string | undefined): string {
  const unit = UNITS[origin ?? ""];
  if (unit === undefined) return `${how} ${limit}`;
  return `${how} ${limit} ${unit[Number(limit) === 1 ? 0 : 1]}`;
}

const UNITS: Readonly<Record<string, readonly [one: string, more: string]>> = {
  string: ["character", "characters"],
  array: ["entry", "entries"],
  object: ["key", "keys"],
};

function article(type: string): string {
  switch (type) {
    case "record":
    case "object":
      return "a map of keys and values";
    case "array":
    case "tuple":
      return "a list";
    case "int":
      return "a whole number";
    case "boolean":
      return "true or false";
    case "string":
      return "a text (quote it)";
    default:
      return `a ${type}`;
  }
}
