/**
 * `node test/golden/record.ts FOLDER`: runs every example in virtual time and writes its journal and its end, for
 * test/golden to replay for ever. Run once a release, into a folder of its own; what was recorded is never recorded anew.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createRegistry } from "#activities/registry.ts";
import { DERIVED } from "#contract/events.ts";
import { compilePlan } from "#core/plan.ts";
import { edgeView, nodeView } from "#core/view.ts";
import { readDocument } from "#document/read-document.ts";
import { createExpressionLanguage } from "#expression/expression.ts";
import { Program } from "#runtime/program.ts";
import { readRun } from "#runtime/recover.ts";
import { simulateRun } from "#runtime/simulate.ts";
import { openMemoryStore } from "#store/memory-store.ts";

const [, , folder] = process.argv;
if (!folder) throw new Error("which folder?");
mkdirSync(folder, { recursive: true });
const registry = createRegistry();
const language = createExpressionLanguage();
const root = join(import.meta.dirname, "../..");

for (const name of readdirSync(join(root, "examples")).filter((file) => file.endsWith(".layerloom.yaml"))) {
  const target = join(folder, name.replace(".layerloom.yaml", ".json"));
  if (existsSync(target)) throw new Error(`${target} is recorded already`);
  const text = readFileSync(join(root, "examples", name), "utf8");
  const store = openMemoryStore();
  const read = (source: string) => readDocument(source, { registry, language });
  const { definition } = read(text);
  if (!definition) throw new Error(`${name} cannot be read`);
  await simulateRun({ text, folders: [root] }, { store, registry, language, read });
  const [row] = store.runs(1);
  const run = row && store.run(row.id);
  if (!run) throw new Error(`${name} left no run`);
  const events = store.events(run.id, 0, Number.MAX_SAFE_INTEGER);
  const { state } = readRun(run, new Program(definition, registry, language), store);
  const plan = compilePlan(definition);
  const recorded = {
    definition,
    derived: [...DERIVED],
    events,
    nodes: plan.nodes.map(({ index }) => nodeView(plan, state, index)),
    edges: plan.edges.map(({ index }) => edgeView(plan, state, index)),
  };
  writeFileSync(target, `${JSON.stringify(recorded, null, 2)}\n`);
}
