/**
 * A thread for large pipeline texts, seen from the engine's: started for the first job, one job after the other,
 * started anew when it dies. It keeps the process alive only while it works. Must not know what a job does.
 */
import { Worker } from "node:worker_threads";
import { type ErrorShape, LayerloomError } from "#contract/errors.ts";
import type { DocumentWork } from "#ports/document.ts";

export type DocumentMethod = keyof DocumentWork;
export type DocumentJob = {
  [M in DocumentMethod]: { readonly method: M; readonly request: Parameters<DocumentWork[M]>[0] };
}[DocumentMethod];
export type DocumentReply =
  | { readonly type: "done"; readonly result: unknown }
  | { readonly type: "failed"; readonly error: ErrorShape };

export class DocumentThread {
  readonly #file: URL;
  #worker: Worker | undefined;
  #closed = false;
  #last: Promise<unknown> = Promise.resolve();

  /** `file`: what the thread runs; it answers each DocumentJob with one DocumentReply. */
  constructor(file: URL) {
    this.#file = file;
  }

  /** Rejects with the error that the job threw. */
  perform(job: DocumentJob): Promise<unknown> {
    const result = this.#last.then(() => this.#send(job));
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** What is under way is given up. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#worker?.terminate();
  }

  #send(job: DocumentJob): Promise<unknown> {
    if (this.#closed) return Promise.reject(this.#gone(undefined));
    this.#worker ??= this.#start();
    const worker = this.#worker;
    return new Promise((resolve, reject) => {
      const end = (): void => {
        worker
          .off("message", onMessage)
          .off("messageerror", onDeath)
          .off("error", onDeath)
          .off("exit", onDeath);
        worker.unref();
      };
      const onMessage = (reply: DocumentReply): void => {
        end();
        if (this.#closed) reject(this.#gone(undefined));
        else if (reply.type === "done") resolve(reply.result);
        else reject(LayerloomError.fromShape(reply.error));
      };
      const onDeath = (cause: unknown): void => {
        end();
        reject(this.#gone(cause));
      };
      worker.on("message", onMessage).on("messageerror", onDeath).on("error", onDeath).on("exit", onDeath);
      worker.ref();
      worker.postMessage(job);
    });
  }

  #start(): Worker {
    // Texts come from anywhere: the thread gets none of our secrets.
    const worker = new Worker(this.#file, { env: {}, execArgv: [] });
    const forget = (): void => {
      if (this.#worker === worker) this.#worker = undefined;
    };
    worker.on("error", forget).on("exit", forget);
    return worker;
  }

  #gone(cause: unknown): LayerloomError {
    if (this.#closed)
      return new LayerloomError("CONNECTION_LOST", "the engine has closed", { retryable: true });
    return new LayerloomError("INTERNAL", "the thread that reads and writes large pipelines died", {
      hint: "Try again; if it happens again, part the pipeline into smaller ones.",
      cause,
    });
  }
}
