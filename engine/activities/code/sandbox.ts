/**
 * The engine's side of the code sandbox: a few worker threads, started when needed, used again while they are
 * healthy, killed when a piece of code does not end. They never keep the process alive by themselves.
 * Must not know what the code does or how QuickJS runs it.
 */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { LayerloomError } from "#contract/errors.ts";
import type { Json } from "#contract/json.ts";
import type { CodeJob, CodeReply } from "./job.ts";

const MAX_WORKERS = Math.max(1, Math.min(4, availableParallelism() - 1));
const START_LIMIT_MS = 30_000;
/** How much later than the code's own deadline its thread is killed. */
const GRACE_MS = 500;

/** The worker stands beside this file: as TypeScript in the sources, as JavaScript when bundled. */
const WORKER_FILE = import.meta.url.endsWith(".ts") ? "./code-worker.ts" : "./code-worker.js";

const idle: Worker[] = [];
const waiting: (() => void)[] = [];
let taken = 0;

/** Waits for a free thread; the code's time limit counts from when it has one. */
export async function runInSandbox(job: CodeJob, signal: AbortSignal): Promise<Json> {
  await takePlace(signal);
  let worker: Worker | undefined;
  let healthy = false;
  try {
    worker = idle.pop() ?? (await startWorker(signal));
    const reply = await replyTo(worker, job, signal);
    healthy = reply.reusable;
    if (reply.type === "done") return JSON.parse(reply.json);
    throw new LayerloomError(reply.code, reply.message, { field: "source", hint: HINTS[reply.code] });
  } finally {
    if (worker && healthy) idle.push(worker);
    else await worker?.terminate();
    taken -= 1;
    waiting.shift()?.();
  }
}

const HINTS: Partial<Record<LayerloomError["code"], string>> = {
  CODE_TIMEOUT: "Look for a loop that does not end, or raise timeout.",
  CODE_MEMORY: "Work on less at once, or raise memoryMb.",
  OUTPUT_TOO_LARGE: "Return less, or write it to a file.",
};

async function takePlace(signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (taken >= MAX_WORKERS) {
    await new Promise<void>((resolve, reject) => {
      const go = () => {
        signal.removeEventListener("abort", leave);
        resolve();
      };
      const leave = () => {
        waiting.splice(waiting.indexOf(go), 1);
        reject(signal.reason);
      };
      waiting.push(go);
      signal.addEventListener("abort", leave, { once: true });
    });
  }
  taken += 1;
}

async function startWorker(signal: AbortSignal): Promise<Worker> {
  const worker = new Worker(new URL(WORKER_FILE, import.meta.url), {
    env: {},
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 16 },
  });
  worker.unref();
  // A thread that dies while idle is dropped; one that dies at work is noticed by `nextReply`.
  worker.on("error", () => undefined);
  worker.on("exit", () => {
    const at = idle.indexOf(worker);
    if (at >= 0) idle.splice(at, 1);
  });
  try {
    await nextReply(worker, signal, START_LIMIT_MS, () => new Error("the code sandbox did not start"));
    return worker;
  } catch (error) {
    await worker.terminate();
    throw error;
  }
}

async function replyTo(
  worker: Worker,
  job: CodeJob,
  signal: AbortSignal,
): Promise<Exclude<CodeReply, { type: "ready" }>> {
  const late = () =>
    new LayerloomError("CODE_TIMEOUT", `the code did not end within ${job.timeoutMs} ms and was killed`, {
      field: "source",
      hint: HINTS.CODE_TIMEOUT,
    });
  const answer = nextReply(worker, signal, job.timeoutMs + GRACE_MS, late);
  worker.postMessage(job);
  const reply = await answer;
  if (reply.type === "ready") throw new Error("the code sandbox answered out of turn");
  return reply;
}

/** The process stays alive while it waits for this, and no longer. */
function nextReply(
  worker: Worker,
  signal: AbortSignal,
  limitMs: number,
  late: () => Error,
): Promise<CodeReply> {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      worker.off("message", onMessage).off("error", onError).off("exit", onExit);
      signal.removeEventListener("abort", onAbort);
      worker.unref();
    };
    const fail = (error: unknown) => {
      end();
      reject(error);
    };
    const onMessage = (reply: CodeReply) => {
      end();
      resolve(reply);
    };
    const onError = (error: unknown) => fail(deadThread(error));
    const onExit = () => fail(deadThread(undefined));
    const onAbort = () => fail(signal.reason);
    const timer = setTimeout(() => fail(late()), limitMs);
    worker.ref();
    worker.on("message", onMessage).on("error", onError).on("exit", onExit);
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
}

function deadThread(cause: unknown): LayerloomError {
  const outOfMemory = cause instanceof Error && "code" in cause && cause.code === "ERR_WORKER_OUT_OF_MEMORY";
  return new LayerloomError(outOfMemory ? "CODE_MEMORY" : "CODE_FAILED", "the code sandbox died", {
    hint: outOfMemory ? HINTS.CODE_MEMORY : undefined,
    cause,
  });
}
