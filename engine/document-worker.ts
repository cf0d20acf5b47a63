/**
 * The thread for large pipeline texts: does with each what the engine's own thread does with a small one. Wires its
 * own registry and language, because functions cannot cross threads; must not touch files, runs or the database.
 */
import { parentPort } from "node:worker_threads";
import { createRegistry } from "#activities/registry.ts";
import { toErrorShape } from "#contract/errors.ts";
import { createDocumentWork } from "#document/document-work.ts";
import { createExpressionLanguage } from "#expression/expression.ts";
import type { DocumentJob, DocumentReply } from "#workspace/document-thread.ts";

const port = parentPort;
if (!port) throw new Error("document-worker.ts is the file of a worker thread");

const work = createDocumentWork({ registry: createRegistry(), language: createExpressionLanguage() });
const reply = (message: DocumentReply): void => port.postMessage(message);

port.on("message", (job: DocumentJob) => {
  perform(job).then(
    (result) => reply({ type: "done", result }),
    (thrown: unknown) => reply({ type: "failed", error: toErrorShape(thrown) }),
  );
});

async function perform(job: DocumentJob): Promise<unknown> {
  switch (job.method) {
    case "readDocument":
      return work.readDocument(job.request);
    case "writeDocument":
      return work.writeDocument(job.request);
    case "exportDocument":
      return work.exportDocument(job.request);
  }
}
