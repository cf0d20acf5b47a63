/**
 * Owns the walk over a parsed expression: what it may not hold, what it reads, and the three rewritings that make
 * numbers behave (true division), branches of `?:` mix types, and loops stay inside their budget.
 * Works on the tree in place, once, before it is type-checked.
 */
import type { Environment } from "@marcbachmann/cel-js";
import { LayerloomError } from "#contract/errors.ts";
import { isMaskedLoop } from "./mask.ts";

/** What of the library's tree nodes is used here; its own types leave out `meta`. */
type Node = {
  op: string;
  args: unknown;
  readonly pos: number;
  readonly meta: { readonly alternate?: Node };
  setMeta(key: string, value: unknown): unknown;
};
type Comprehension = { iterable: Node; readonly iterVarName: string; readonly step: Node };
type Context = { getValue(name: string): unknown };

export type Reads = {
  readonly nodes: readonly string[];
  readonly memory: readonly string[];
  readonly inputs: readonly string[];
  readonly names: readonly string[];
  readonly outputs: readonly OutputRead[];
};

/** `nodes.<node>.output.<field>`; null: all of the output. */
type OutputRead = { readonly node: string; readonly field: string | null };

const MACROS = new Set(["map", "filter", "all", "exists", "exists_one"]);
const FORBIDDEN = new Set(["matches", "real_", "spend_", "join_"]);
const ROOTS = new Set(["nodes", "memory", "inputs"]);
/** What of these is read must be known beforehand: a host looks up nothing else. */
const LOOKED_UP = new Set(["nodes", "memory"]);

/** What there is of everything remembered. */
const OF_MEMORY = new Set(["value", "at", "age", "version"]);

export class Rewriter {
  readonly #environment: Environment;
  readonly #source: string;
  readonly #reads = { nodes: new Set<string>(), memory: new Set<string>(), inputs: new Set<string>() };
  readonly #names = new Set<string>();
  readonly #outputs = new Map<string, OutputRead>();
  /** What a name follows: `nodes` and `nodes.a` in `nodes.a.b`. */
  readonly #followed = new Set<Node>();

  constructor(environment: Environment, source: string) {
    this.#environment = environment;
    this.#source = source;
  }

  /** `tree` is the parsed form of the masked source. Throws EXPRESSION_FORBIDDEN or EXPRESSION_SYNTAX. */
  run(tree: unknown): Reads {
    this.#walk(tree as Node, new Set(), false);
    const { nodes, memory, inputs } = this.#reads;
    return {
      nodes: [...nodes],
      memory: [...memory],
      inputs: [...inputs],
      names: [...this.#names],
      outputs: [...this.#outputs.values()],
    };
  }

  #walk(node: Node, locals: ReadonlySet<string>, repeated: boolean): void {
    switch (node.op) {
      case "value":
        return;
      case "id":
        this.#identifier(node, locals);
        return;
      case ".":
      case ".?":
        this.#select(node, locals, repeated);
        return;
      case "[]":
      case "[?]":
        this.#index(node, locals);
        break;
      case "call":
      case "rcall":
        this.#call(node, locals, repeated);
        return;
    }
    for (const child of children(node.args)) this.#walk(child, locals, repeated);
    if (node.op === "[]" || node.op === "[?]") this.#noteOutput(node, locals);
    // Only now, so that the walk never meets what it put in itself.
    if (node.op === "/") this.#wrap(node.args as Node[], 0, "real_");
    if (node.op === "+" && repeated) this.#wrap(node.args as Node[], 0, "spend_");
    if (node.op === "?:") this.#wrap(node.args as Node[], 1, "dyn");
  }

  #identifier(node: Node, locals: ReadonlySet<string>): void {
    const masked = node.args as string;
    if (locals.has(masked)) return;
    const name = this.#original(node.pos, masked);
    if (name === "loop" && isMaskedLoop(masked)) {
      node.setMeta("evaluate", (_: unknown, __: unknown, context: Context) => {
        const value = context.getValue("loop");
        if (value === undefined) throw new Error("there is no loop here");
        return value;
      });
    }
    if (name in Object.prototype)
      throw new LayerloomError("EXPRESSION_FORBIDDEN", `the name ${name} is not available`, {
        hint: "choose another name",
      });
    if (LOOKED_UP.has(name) && !this.#followed.has(node)) {
      const one = name === "nodes" ? "nodes.<id>.output" : "memory.<name>.value";
      throw new LayerloomError("EXPRESSION_FORBIDDEN", `${name} can only be read one by one, by name`, {
        hint: `write ${one}, or ${name}['…'] with a literal text`,
      });
    }
    if (name === "loop" || !this.#environment.hasVariable(name)) this.#names.add(name);
  }

  #select(node: Node, locals: ReadonlySet<string>, repeated: boolean): void {
    const args = node.args as [Node, string];
    const start = node.pos + /^[\s.?]*/.exec(this.#source.slice(node.pos))![0].length;
    const name = this.#original(start, args[1]);
    args[1] = name;
    if (this.#isMemoryEntry(args[0], locals) && !OF_MEMORY.has(name)) {
      throw new LayerloomError("UNKNOWN_NAME", `what is remembered has no "${name}"`, {
        hint: `it has value, at, age and version; within the value: .value.${name}`,
      });
    }
    this.#read(args[0], name, locals);
    this.#walk(args[0], locals, repeated);
    this.#noteOutput(node, locals);
  }

  /** `memory.<name>` or `memory['<name>']`. */
  #isMemoryEntry({ op, args }: Node, locals: ReadonlySet<string>): boolean {
    if (!(Array.isArray(args) && (op === "." || op === ".?" || op === "[]" || op === "[?]"))) return false;
    const root = args[0] as Node;
    return root.op === "id" && root.args === "memory" && !locals.has("memory");
  }

  #index(node: Node, locals: ReadonlySet<string>): void {
    const [receiver, key] = node.args as [Node, Node];
    if (key.op === "value" && typeof key.args === "string") this.#read(receiver, key.args, locals);
  }

  #read(receiver: Node, name: string, locals: ReadonlySet<string>): void {
    const root = receiver.op === "id" ? (receiver.args as string) : "";
    this.#followed.add(receiver);
    if (!ROOTS.has(root) || locals.has(root)) return;
    this.#reads[root as "nodes" | "memory" | "inputs"].add(name);
  }

  /** Once the names within it are the written ones. */
  #noteOutput(node: Node, locals: ReadonlySet<string>): void {
    const [id, part, field, ...deeper] = namesAfter("nodes", node, locals) ?? [];
    if (id === undefined || deeper.length > 0) return;
    if (part !== undefined && part !== "output") return;
    if (field === undefined && this.#followed.has(node)) return;
    this.#outputs.set(JSON.stringify([id, field]), { node: id, field: field ?? null });
  }

  #call(node: Node, locals: ReadonlySet<string>, repeated: boolean): void {
    const isMethod = node.op === "rcall";
    const args = node.args as [string, ...unknown[]];
    const name = args[0];
    if (FORBIDDEN.has(name)) {
      throw new LayerloomError("EXPRESSION_FORBIDDEN", `${name}() is not allowed in expressions`, {
        hint:
          name === "matches"
            ? "use contains(), startsWith(), endsWith() or a code node"
            : "only the documented functions can be called",
      });
    }
    const params = (isMethod ? args[2] : args[1]) as Node[];
    if (isMethod) this.#walk(args[1] as Node, locals, repeated);
    if (isMethod && name === "join") args[0] = "join_";
    const binds = isMethod && name === "bind" && (args[1] as Node).args === "cel";
    if (!binds && !(isMethod && MACROS.has(name) && params.length >= 2)) {
      for (const param of params) this.#walk(param, locals, repeated);
      return;
    }
    const variable = params[0]!.args as string;
    if (isMaskedLoop(variable)) {
      throw new LayerloomError(
        "EXPRESSION_SYNTAX",
        "loop is the loop's own name and cannot be a variable here",
        {
          hint: "choose another name, such as item or x",
        },
      );
    }
    const inner = new Set(locals).add(variable);
    if (binds) this.#walk(params[1]!, locals, repeated);
    for (const param of params.slice(binds ? 2 : 1)) this.#walk(param, inner, true);
    const comprehension = node.meta.alternate?.args as Comprehension | undefined;
    if (comprehension) comprehension.iterable = this.#wrapped(comprehension.iterable, "spend_");
  }

  #original(position: number, masked: string): string {
    const text = this.#source.slice(position, position + masked.length);
    return /^[\w-]+$/.test(text) ? text : masked;
  }

  #wrap(args: Node[], index: number, by: string): void {
    args[index] = this.#wrapped(args[index]!, by);
  }

  /** `by(node)`: a call node borrowed from the library's own parser. */
  #wrapped(node: Node, by: string): Node {
    const call = this.#environment.parse(`${by}(0)`).ast as unknown as Node;
    call.args = [by, [node]];
    return call;
  }
}

/** `a`, `b` of `root.a['b']`; undefined for anything else. */
function namesAfter(root: string, node: Node, locals: ReadonlySet<string>): readonly string[] | undefined {
  if (node.op === "id") return node.args === root && !locals.has(root) ? [] : undefined;
  const isSelect = node.op === "." || node.op === ".?";
  if (!isSelect && node.op !== "[]" && node.op !== "[?]") return undefined;
  const [receiver, key] = node.args as [Node, Node | string];
  const name = typeof key === "string" ? key : key.op === "value" ? key.args : undefined;
  const before = typeof name === "string" ? namesAfter(root, receiver, locals) : undefined;
  return before && [...before, name as string];
}

function children(args: unknown): Node[] {
  if (Array.isArray(args)) return args.flatMap(children);
  return typeof args === "object" && args !== null && "op" in args ? [args as Node] : [];
}
