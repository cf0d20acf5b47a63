/** Owns what can be asked about a pipeline text as a whole: read it, write it, export it. Knows no thread. */
import type { ReadResult } from "#contract/engine-api.ts";
import { LayerloomError } from "#contract/errors.ts";
import type { DocumentWork } from "#ports/document.ts";
import { type ReadOptions, readDocument } from "./read-document.ts";

/** What only some callers need is loaded when it is asked for: a command should start fast. */
export function createDocumentWork(parts: Pick<ReadOptions, "registry" | "language">): DocumentWork {
  // A command checks a file and then starts it: the second look at the same text is free.
  let last:
    | { readonly text: string; readonly file: string | undefined; readonly result: ReadResult }
    | undefined;
  const read: DocumentWork["readDocument"] = ({ text, file }) => {
    if (last?.text !== text || last.file !== file)
      last = { text, file, result: readDocument(text, { ...parts, file }) };
    return last.result;
  };
  return {
    readDocument: read,
    async writeDocument({ text, definition }) {
      const { writeDocument } = await import("./write-document.ts");
      return { text: writeDocument(text, definition) };
    },
    async exportDocument({ text, to }) {
      if (to === "schema") {
        const { pipelineJsonSchema } = await import("./json-schema.ts");
        return { text: `${JSON.stringify(pipelineJsonSchema(parts.registry), null, 2)}\n` };
      }
      const { definition, problems } = read({ text });
      // What was not understood would be missing from the export; what is merely not supported yet is all there.
      const lost = problems.filter(
        ({ severity, code }) => severity === "error" && code !== "NOT_SUPPORTED_YET",
      );
      if (!definition || lost.length > 0) {
        throw new LayerloomError(
          "INVALID_PIPELINE",
          "the pipeline has errors and would lose something in an export",
          {
            problems,
            place: lost[0]?.place,
            hint: lost[0]?.hint ?? "`layerloom validate` lists the problems.",
          },
        );
      }
      if (to === "json") return { text: `${JSON.stringify(definition, null, 2)}\n` };
      if (to === "mermaid") return { text: (await import("./mermaid.ts")).toMermaid(definition) };
      return { text: (await import("./canonical.ts")).canonicalYaml(definition) };
    },
  };
}
