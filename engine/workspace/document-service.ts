/**
 * The part of EngineApi about pipeline texts. Owns the rule of which text is worked on at once, and which on a thread
 * of its own because the engine has runs to attend to meanwhile.
 */
import { setImmediate } from "node:timers/promises";
import type { EngineApi, ReadResult } from "#contract/engine-api.ts";
import type { DocumentWork } from "#ports/document.ts";
import type { DocumentJob, DocumentMethod, DocumentThread } from "./document-thread.ts";

/** Characters. Reading this much takes some 50 ms; a thread takes longer to start and must not be loaded for less. */
const LARGE_TEXT = 64 * 1024;
/** Nodes of a definition that say the same of the text it is going to be. */
const LARGE_DEFINITION = 500;

type DocumentApi = Pick<EngineApi, DocumentMethod>;
type Request<M extends DocumentMethod> = Parameters<DocumentWork[M]>[0];

export class DocumentService implements DocumentApi {
  readonly #work: DocumentWork;
  readonly #threadFile: URL;
  #thread: Promise<DocumentThread> | undefined;

  /** `work`: done here; `threadFile`: does the same on a thread of its own. */
  constructor(work: DocumentWork, threadFile: URL) {
    this.#work = work;
    this.#threadFile = threadFile;
  }

  /** A small text is read within the call. */
  read(request: Request<"readDocument">): ReadResult | Promise<ReadResult> {
    return isLarge(request.text) ? this.#away("readDocument", request) : this.#work.readDocument(request);
  }

  /** For many texts in a row: no two of them in one turn, and elsewhere once they are large together. */
  reader(): (text: string, file: string | undefined) => Promise<ReadResult> {
    let characters = 0;
    return async (text, file) => {
      characters += text.length;
      if (characters > LARGE_TEXT) return this.#away("readDocument", { text, file });
      await setImmediate();
      return this.#work.readDocument({ text, file });
    };
  }

  async readDocument(request: Request<"readDocument">): Promise<ReadResult> {
    return this.read(request);
  }

  async writeDocument(request: Request<"writeDocument">): Promise<{ text: string }> {
    const { text, definition } = request;
    const large = isLarge(text) || Object.keys(definition.nodes).length > LARGE_DEFINITION;
    return large ? this.#away("writeDocument", request) : this.#work.writeDocument(request);
  }

  async exportDocument(request: Request<"exportDocument">): Promise<{ text: string }> {
    return isLarge(request.text) ? this.#away("exportDocument", request) : this.#work.exportDocument(request);
  }

  /** What is under way on the thread is given up. */
  async close(): Promise<void> {
    await (await this.#thread)?.close();
  }

  async #away<M extends DocumentMethod>(
    method: M,
    request: Request<M>,
  ): Promise<Awaited<ReturnType<DocumentWork[M]>>> {
    this.#thread ??= import("./document-thread.ts").then(
      (module) => new module.DocumentThread(this.#threadFile),
    );
    const result = await (await this.#thread).perform({ method, request } as DocumentJob);
    return result as Awaited<ReturnType<DocumentWork[M]>>;
  }
}

function isLarge(text: string): boolean {
  return text.length > LARGE_TEXT;
}
