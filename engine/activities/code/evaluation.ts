/**
 * One run of one piece of code in a QuickJS context: prelude, input, code, result as JSON text; every failure named.
 * Must not know of threads, nor touch anything of Node: `code-worker.ts` gives it its runtime and its limits.
 */
import type { QuickJSContext, QuickJSHandle, QuickJSRuntime, Scope } from "quickjs-emscripten";
import { type CodeErrorCode, type CodeJob, MAX_OUTPUT_BYTES } from "./job.ts";
import { PRELUDE } from "./prelude.ts";

const FILE = "code.js";
/** Promise steps between two looks at the clock. */
const JOBS_AT_ONCE = 1_000;

export class CodeError extends Error {
  readonly code: CodeErrorCode;
  constructor(code: CodeErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** The code threw null. So does QuickJS where the memory does not suffice for an error that says so. */
export class ThrewNull extends CodeError {
  constructor() {
    super("CODE_FAILED", "threw null");
  }
}

/** Every handle belongs to the scope: a runtime must not be left with one still held. */
export class Evaluation {
  readonly #job: CodeJob;
  readonly #runtime: QuickJSRuntime;
  readonly #context: QuickJSContext;
  readonly #scope: Scope;
  readonly #isLate: () => boolean;
  /** What is under way: what goes before the code, the code, or the writing of its result. */
  #phase: "before" | "code" | "result" = "before";

  constructor(
    job: CodeJob,
    runtime: QuickJSRuntime,
    context: QuickJSContext,
    scope: Scope,
    isLate: () => boolean,
  ) {
    this.#job = job;
    this.#runtime = runtime;
    this.#context = context;
    this.#scope = scope;
    this.#isLate = isLate;
  }

  /** The result as JSON text. */
  json(): string {
    const { global } = this.#context;
    this.#context.setProp(global, "__now", this.#scope.manage(this.#context.newNumber(this.#job.now)));
    this.#context.setProp(
      global,
      "__seed",
      this.#scope.manage(this.#context.newNumber(hash(this.#job.seed))),
    );
    const replacer = this.#evaluate(PRELUDE, "prelude.js");
    // Taken before the code can put something else in their place.
    const json = this.#get(global, "JSON");
    const parse = this.#get(json, "parse");
    const stringify = this.#get(json, "stringify");
    const input = this.#call(parse, this.#scope.manage(this.#context.newString(this.#job.input)));
    this.#context.setProp(global, "input", input);
    this.#phase = "code";
    const value = this.#settled(this.#value(input));
    this.#phase = "result";
    return this.#checkedText(this.#call(stringify, value, replacer));
  }

  #value(input: QuickJSHandle): QuickJSHandle {
    const { source } = this.#job;
    if (!/^\s*export\s+default\b/m.test(source)) {
      // On one line with the code, so that its line numbers are right.
      return this.#call(this.#evaluate(`(function () { "use strict"; ${source}\n})`, FILE));
    }
    const module = this.#settled(this.#evaluate(source, FILE, "module"));
    const exported = this.#get(module, "default");
    return this.#context.typeof(exported) === "function" ? this.#call(exported, input) : exported;
  }

  /** Waits for a promise the only way that code without a host can: until there is nothing left to do. */
  #settled(handle: QuickJSHandle): QuickJSHandle {
    while (this.#runtime.hasPendingJob()) {
      const jobs = this.#runtime.executePendingJobs(JOBS_AT_ONCE);
      if (jobs.error) throw this.#failure(jobs.error);
      if (this.#isLate()) throw this.#timedOut();
    }
    const state = this.#context.getPromiseState(handle);
    if (state.type === "pending")
      throw new CodeError("CODE_FAILED", "the promise that it returns never settles");
    if (state.type === "rejected") throw this.#failure(state.error);
    return state.notAPromise ? handle : this.#scope.manage(state.value);
  }

  #checkedText(handle: QuickJSHandle): string {
    // Nothing returned is null.
    if (this.#context.typeof(handle) === "undefined") return "null";
    const length = this.#context.getNumber(this.#get(handle, "length"));
    const text = length > MAX_OUTPUT_BYTES ? undefined : this.#context.getString(handle);
    if (text !== undefined && Buffer.byteLength(text) <= MAX_OUTPUT_BYTES) return text;
    throw new CodeError("OUTPUT_TOO_LARGE", `the result is larger than ${MAX_OUTPUT_BYTES} bytes of JSON`);
  }

  #evaluate(source: string, file: string, type: "global" | "module" = "global"): QuickJSHandle {
    return this.#taken(this.#context.evalCode(source, file, { type }));
  }

  #call(fn: QuickJSHandle, ...values: QuickJSHandle[]): QuickJSHandle {
    return this.#taken(this.#context.callFunction(fn, this.#context.undefined, ...values));
  }

  #get(from: QuickJSHandle, name: string): QuickJSHandle {
    return this.#scope.manage(this.#context.getProp(from, name));
  }

  #taken(result: ReturnType<QuickJSContext["evalCode"]>): QuickJSHandle {
    if (result.error) throw this.#failure(result.error);
    return this.#scope.manage(result.value);
  }

  #failure(error: QuickJSHandle): CodeError {
    const thrown: unknown = this.#context.dump(this.#scope.manage(error));
    if (this.#isLate()) return this.#timedOut();
    const { name, message, stack } = partsOf(thrown);
    if (thrown === null) return this.#phase !== "before" ? new ThrewNull() : outOfMemory(this.#job);
    if (name === "InternalError" && message === "out of memory") return outOfMemory(this.#job);
    if (this.#phase === "result") return new CodeError("INVALID_OUTPUT", `the result is no JSON: ${message}`);
    const line = /\bcode\.js:(\d+)/.exec(stack)?.[1];
    const where = line === undefined ? "" : `line ${line}: `;
    return new CodeError("CODE_FAILED", `${where}${name === "" ? "" : `${name}: `}${message}`);
  }

  #timedOut(): CodeError {
    return new CodeError("CODE_TIMEOUT", `the code did not end within ${this.#job.timeoutMs} ms`);
  }
}

export function outOfMemory({ memoryBytes }: CodeJob): CodeError {
  return new CodeError("CODE_MEMORY", `the code needs more than ${memoryBytes / 1024 / 1024} MiB`);
}

function partsOf(thrown: unknown): { name: string; message: string; stack: string } {
  if (typeof thrown !== "object" || thrown === null) {
    // A proxy that will not be read comes out of QuickJS as an empty text.
    const shown = String(thrown).slice(0, 200) || "something that says nothing";
    return { name: "", message: `threw ${shown}`, stack: "" };
  }
  const text = (key: string): string => {
    const value: unknown = Reflect.get(thrown, key);
    return typeof value === "string" ? value.slice(0, 1_000) : "";
  };
  const message =
    text("message") || (text("name") === "" ? `threw ${JSON.stringify(thrown).slice(0, 200)}` : "");
  return { name: text("name"), message, stack: text("stack") };
}

/** FNV-1a, 32 bit. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value >>> 0;
}
