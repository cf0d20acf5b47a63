/**
 * Writes from the code what tells of the file: layerloom.schema.json, the schema that editors use, and docs/format.md:
 * `npx node scripts/write-schema.mjs`. Tests check that both are current. The engine is loaded by address, so that its types stay its own project's.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const engine = new URL("../engine/", import.meta.url);
const { createRegistry } = await import(new URL("activities/registry.ts", engine).href);
const { pipelineJsonSchema } = await import(new URL("document/json-schema.ts", engine).href);

const { formatReference } = await import(new URL("document/reference.ts", engine).href);

const target = fileURLToPath(new URL("../layerloom.schema.json", import.meta.url));
writeFileSync(target, `${JSON.stringify(pipelineJsonSchema(createRegistry()), undefined, 2)}\n`);
execFileSync("npx", ["biome", "format", "--write", target], { stdio: "inherit" });

const docs = new URL("../docs/", import.meta.url);
mkdirSync(docs, { recursive: true });
writeFileSync(new URL("format.md", docs), formatReference(createRegistry()));
