/** What the engine needs done with pipeline texts, on whichever thread. Requests and results are plain data. */
import type { EngineApi, ReadResult } from "#contract/engine-api.ts";

export interface DocumentWork extends Pick<EngineApi, "writeDocument" | "exportDocument"> {
  readDocument(request: { readonly text: string; readonly file?: string | undefined }): ReadResult;
}
