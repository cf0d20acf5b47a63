/** Owns the wording of what is found in the parts of a file: unknown keys, ids that are none, values of another kind. */
import type { Json } from "#contract/json.ts";
import { suggest } from "./nearest.ts";
import { offsetAt } from "./schema-paths.ts";
import type { Report, SourceNode } from "./source-tree.ts";
import { findingsOf, type Issue } from "./zod-problems.ts";

export class Findings {
  readonly #report: Report;

  constructor(report: Report) {
    this.#report = report;
  }

  /** A schema's complaints about `value`, which stands at `path` and was read from `node`. */
  issues(
    issues: readonly Issue[],
    value: Json,
    node: SourceNode,
    path: string,
    keysAt: (path: readonly PropertyKey[]) => readonly string[],
  ): void {
    const valueAt = (at: readonly PropertyKey[]): unknown =>
      at.reduce<unknown>(
        (inner, key) => (typeof inner === "object" && inner !== null ? Reflect.get(inner, key) : undefined),
        value,
      );
    for (const finding of findingsOf(issues, valueAt, keysAt)) {
      const isId =
        finding.code === "INVALID_VALUE" &&
        /^edges\.\d+$/.test(path) &&
        ["from", "to"].includes(String(finding.path[0]));
      const code = isId && typeof valueAt(finding.path) === "string" ? "INVALID_ID" : finding.code;
      const full = [path, ...finding.path.map(String)].filter((part) => part !== "").join(".");
      this.#report({
        code,
        message: finding.message,
        hint: finding.hint,
        path: full,
        offset: offsetAt(node, finding.path, finding.atKey),
      });
    }
  }

  unknownKey(key: string, path: string, offset: number, known: readonly string[]): void {
    const hint = suggest(key, known, "keys that can stand here");
    this.#report({ code: "UNKNOWN_KEY", message: `unknown key "${key}"`, hint, path, offset });
  }

  invalidId(id: string, path: string, offset: number): void {
    const fixed = id
      .toLowerCase()
      .replace(/[^a-z0-9_-]+/g, "-")
      .replace(/^[^a-z]+/, "")
      .replace(/-+$/, "");
    this.#report({
      code: "INVALID_ID",
      message: `"${id}" is no id`,
      hint: `an id is a lower-case letter, then letters, digits, - or _${fixed === "" ? "" : `: ${fixed}`}`,
      path,
      offset,
    });
  }

  wrongKind(path: string, node: SourceNode, expected: string): void {
    const name = path.split(".").at(-1)!;
    this.#report({
      code: "INVALID_VALUE",
      message: `"${name}" must be ${expected}`,
      hint: `write ${expected}`,
      path,
      offset: node.start,
    });
  }
}
