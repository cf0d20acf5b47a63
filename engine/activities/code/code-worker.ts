/**
 * The sandbox thread: runs one piece of untrusted JavaScript at a time in QuickJS, each in a fresh runtime with a
 * deadline and a memory limit. Nothing of Node is handed in. What these limits miss, `sandbox.ts` ends by killing
 * this thread. Must not import anything of the engine but types and constants.
 */
import { parentPort } from "node:worker_threads";
import {
  newQuickJSWASMModuleFromVariant,
  newVariant,
  type QuickJSWASMModule,
  RELEASE_SYNC,
  Scope,
} from "quickjs-emscripten";
import { CodeError, Evaluation, outOfMemory, ThrewNull } from "./evaluation.ts";
import type { CodeErrorCode, CodeJob, CodeReply } from "./job.ts";

const PAGE_BYTES = 64 * 1024;
/** The most that the whole sandbox may ever take, whatever it is told: above the largest limit a node may set. */
const MAX_MEMORY_BYTES = 320 * 1024 * 1024;
/** Memory never shrinks: a sandbox that has grown beyond this is not used again. */
const MAX_KEPT_BYTES = 96 * 1024 * 1024;
const STACK_BYTES = 512 * 1024;
/** What code gets, besides twice its limit, that threw null where its memory may have been full. */
const MORE_BYTES = 16 * 1024 * 1024;

type Found =
  | { readonly type: "done"; readonly json: string }
  | { readonly type: "failed"; readonly code: CodeErrorCode; readonly message: string };

const port = parentPort;
if (!port) throw new Error("code-worker.ts is the file of a worker thread");

const wasmMemory = new WebAssembly.Memory({
  initial: (16 * 1024 * 1024) / PAGE_BYTES,
  maximum: MAX_MEMORY_BYTES / PAGE_BYTES,
});
const reply = (message: CodeReply): void => port.postMessage(message);

void newQuickJSWASMModuleFromVariant(newVariant(RELEASE_SYNC, { wasmMemory })).then((quickjs) => {
  port.on("message", (job: CodeJob) => reply(perform(quickjs, job)));
  reply({ type: "ready" });
});

function perform(quickjs: QuickJSWASMModule, job: CodeJob): CodeReply {
  const deadline = performance.now() + job.timeoutMs;
  const first = attempt(quickjs, job, deadline);
  const { found, cleared } = first.threwNull ? whyNull(quickjs, job, deadline, first) : first;
  return { ...found, reusable: cleared && wasmMemory.buffer.byteLength <= MAX_KEPT_BYTES };
}

/**
 * Did the code throw null, or was its memory full? It goes the same way each time: with more memory it throws null
 * again at the very same step, or it was the memory.
 */
function whyNull(quickjs: QuickJSWASMModule, job: CodeJob, deadline: number, first: Attempt): Attempt {
  const full: Attempt = { ...first, found: failedWith(outOfMemory(job)), cleared: false };
  if (!first.cleared) return full;
  const again = attempt(quickjs, { ...job, memoryBytes: 2 * job.memoryBytes + MORE_BYTES }, deadline);
  return again.threwNull && again.steps === first.steps ? again : full;
}

type Attempt = {
  readonly found: Found;
  readonly threwNull: boolean;
  /** How far it came: times that QuickJS looked at the clock. */
  readonly steps: number;
  /** Nothing of it is left. */
  readonly cleared: boolean;
};

function attempt(quickjs: QuickJSWASMModule, job: CodeJob, deadline: number): Attempt {
  const runtime = quickjs.newRuntime();
  runtime.setMemoryLimit(job.memoryBytes);
  runtime.setMaxStackSize(STACK_BYTES);
  let late = false;
  let steps = 0;
  const isLate = () => {
    late ||= performance.now() > deadline;
    return late;
  };
  runtime.setInterruptHandler(() => {
    steps += 1;
    return isLate();
  });
  const context = runtime.newContext();
  const scope = new Scope();
  let found: Found;
  let threwNull = false;
  try {
    found = { type: "done", json: new Evaluation(job, runtime, context, scope, isLate).json() };
  } catch (error) {
    found = failedWith(error);
    threwNull = error instanceof ThrewNull;
  }
  // A runtime that was stopped in mid-step cannot be cleared away: its thread ends with it.
  const stopped = found.type === "failed" && (found.code === "CODE_TIMEOUT" || found.code === "CODE_MEMORY");
  return { found, threwNull, steps, cleared: !stopped && disposed(scope, context, runtime) };
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
