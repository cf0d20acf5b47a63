/** What the runtime and the document need of an expression language. Compile once, evaluate often. */
import type { Json } from "#contract/json.ts";

/** The names an expression sees, as JSON: inputs, nodes, loop, item, memory, run, purpose, error … */
export type Scope = { readonly [name: string]: unknown };

export interface Expression {
  readonly source: string;
  /** Throws EXPRESSION_FAILED with the source in the message. */
  evaluate(scope: Scope): Json;
  /** What it yields as far as is known before it runs: `bool`, `double`, `string`, `list<…>`, …; `dyn` for anything. */
  readonly type: string;
  /**
   * Node ids that it reads as `nodes.<id>`; memory names as `memory.<name>`; of the outputs of nodes the fields that it
   * reads as `nodes.<id>.output.<field>`, `field` being null where it reads more than one field by its name.
   */
  readonly reads: {
    readonly nodes: readonly string[];
    readonly memory: readonly string[];
    readonly inputs: readonly string[];
    readonly names: readonly string[];
    readonly outputs: readonly { readonly node: string; readonly field: string | null }[];
  };
}

export interface ExpressionLanguage {
  /** Throws EXPRESSION_SYNTAX, EXPRESSION_TYPE or EXPRESSION_FORBIDDEN; `details.offset` 0-based where known. */
  compile(source: string): Expression;
  /**
   * A JSON value whose strings may hold `${{ … }}`; a string that is exactly one keeps the expression's type,
   * inside a longer one it becomes text (JSON for objects and lists). Undefined when nothing in it is an expression.
   */
  compileTemplate(value: Json): {
    evaluate(scope: Scope): Json;
    readonly expressions: readonly { readonly path: string; readonly expression: Expression }[];
  };
}
