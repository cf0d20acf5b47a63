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
import { CodeError, Evaluation } from "./evaluation.ts";
import type { CodeErrorCode, CodeJob, CodeReply } from "./job.ts";

const PAGE_BYTES = 64 * 1024;
/** The most that the whole sandbox may ever take, whatever it is told: above the largest limit a node may set. */
const MAX_MEMORY_BYTES = 320 * 1024 * 1024;
/** Memory never shrinks: a sandbox that has grown beyond this is not used again. */
const MAX_KEPT_BYTES = 96 * 1024 * 1024;
const STACK_BYTES = 512 * 1024;

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
  const runtime = quickjs.newRuntime();
  runtime.setMemoryLimit(job.memoryBytes);
  runtime.setMaxStackSize(STACK_BYTES);
  let late = false;
  const deadline = performance.now() + job.timeoutMs;
  const isLate = () => {
    late ||= performance.now() > deadline;
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
  const small = wasmMemory.buffer.byteLength <= MAX_KEPT_BYTES;
  return { ...found, reusable: small && !stopped && disposed(scope, context, runtime) };
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
