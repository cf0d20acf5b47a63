/**
 * The sandbox thread: runs one piece of untrusted JavaScript at a time in QuickJS, each in a fresh runtime with a
 * deadline and a memory limit. Nothing of Node is handed in. What these limits miss, `sandbox.ts` ends by killing
 * this thread. Must not import anything of the engine but types and constants.
 */
import { parentPort } from "node:worker_threads";
import {
  newQuickJSWASMModuleFromVariant,
  newVariant,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSRuntime,
  RELEASE_SYNC,
  Scope,
} from "quickjs-emscripten";
import { type CodeErrorCode, type CodeJob, type CodeReply, MAX_OUTPUT_BYTES } from "./job.ts";
import { PRELUDE } from "./prelude.ts";

const FILE = "code.js";
const PAGE_BYTES = 64 * 1024;
/** The most that the whole sandbox may ever take, whatever it is told: above the largest limit a node may set. */
const MAX_MEMORY_BYTES = 320 * 1024 * 1024;
/** Promise steps between two looks at the clock. */
const JOBS_AT_ONCE = 1_000;
const STACK_BYTES = 512 * 1024;

class CodeError extends Error {
  readonly code: CodeErrorCode;
  constructor(code: CodeErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

type Found =
  | { readonly type: "done"; readonly json: string }
  | { readonly type: "failed"; readonly code: CodeErrorCode; readonly message: string };

const port = parentPort;
if (!port) throw new Error("code-worker.ts is the file of a worker thread");

const wasmMemory = new WebAssembly.Memory({
  initial: (16 * 1024 * 1024) / PAGE_BYTES,
  maximum: MAX_MEMORY_BYTES / PAGE_BYTES,
});
const quickjs = await newQuickJSWASMModuleFromVariant(newVariant(RELEASE_SYNC, { wasmMemory }));
const reply = (message: CodeReply): void => port.postMessage(message);

port.on("message", (job: CodeJob) => reply(perform(job)));
reply({ type: "ready" });

function perform(job: CodeJob): CodeReply {
  const runtime = quickjs.newRuntime();
  runtime.setMemoryLimit(job.memoryBytes);
  runtime.setMaxStackSize(STACK_BYTES);
  let late = false;
  const deadline = Date.now() + job.timeoutMs;
  const isLate = () => {
    late ||= Date.now() > deadline;
    return late;
  };
  runtime.setInterruptHandler(isLate);
  const context = runtime.newContext();
  const scope = new Scope();
  let found: Found;
  try {
    found = { type: "done", json: new Evaluation(job, runtime, context, scope, isLate).json() };
  } catch (error) {
    found = failedWith(error);
  }
  // A runtime that was stopped in mid-step cannot be cleared away: its thread ends with it.
  const stopped = found.type === "failed" && (found.code === "CODE_TIMEOUT" || found.code === "CODE_MEMORY");
  return { ...found, reusable: !stopped && disposed(scope, context, runtime) };
}

function failedWith(error: unknown): Found {
  if (error instanceof CodeError) return { type: "failed", code: error.code, message: error.message };
  return { type: "failed", code: "CODE_MEMORY", message: `the sandbox broke: ${String(error)}` };
}

function disposed(...resources: readonly { dispose(): void }[]): boolean {
  try {
    for (const resource of resources) resource.dispose();
    return true;
  } catch {
    return false;
  }
}

/** One run of one source. Every handle belongs to the scope: a runtime must not be left with one still held. */
class Evaluation {
  readonly #job: CodeJob;
  readonly #runtime: QuickJSRuntime;
  readonly #context: QuickJSContext;
  readonly #scope: Scope;
  readonly #isLate: () => boolean;

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
    this.#evaluate(PRELUDE, "prelude.js");
    // Taken before the code can put something else in their place.
    const json = this.#get(global, "JSON");
    const parse = this.#get(json, "parse");
    const stringify = this.#get(json, "stringify");
    const input = this.#call(parse, this.#scope.manage(this.#context.newString(this.#job.input)));
    this.#context.setProp(global, "input", input);
    return this.#checkedText(this.#call(stringify, this.#settled(this.#value(input))));
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
    // What JSON has no word for (nothing returned, a function) is null.
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
    if (thrown === null || (name === "InternalError" && message === "out of memory")) {
      return new CodeError(
        "CODE_MEMORY",
        `the code needs more than ${this.#job.memoryBytes / 1024 / 1024} MiB`,
      );
    }
    const line = /\bcode\.js:(\d+)/.exec(stack)?.[1];
    const where = line === undefined ? "" : `line ${line}: `;
    return new CodeError("CODE_FAILED", `${where}${name === "" ? "" : `${name}: `}${message}`);
  }

  #timedOut(): CodeError {
    return new CodeError("CODE_TIMEOUT", `the code did not end within ${this.#job.timeoutMs} ms`);
  }
}

function partsOf(thrown: unknown): { name: string; message: string; stack: string } {
  if (typeof thrown !== "object" || thrown === null)
    return { name: "", message: `threw ${String(thrown)}`, stack: "" };
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
