/** What earlier runs teach a quote: means by attempt, and by child run where a node is done by these. */
import { expect, it } from "vitest";
import { createRegistry } from "#activities/registry.ts";
import { readDocument } from "#document/read-document.ts";
import { createExpressionLanguage } from "#expression/expression.ts";
import { historyOf } from "#runtime/quote/history.ts";
import { simulateRun } from "#runtime/simulate.ts";
import { openMemoryStore } from "#store/memory-store.ts";

const TEXT = `layerloom: 1
name: taught
nodes:
  draft: { uses: simulate, with: { delay: 300ms, script: [{ usd: 0.02 }] } }
  each:
    uses: pipeline
    forEach: "\${{ [1, 2, 3, 4] }}"
    maxConcurrent: 2
    with:
      pipeline:
        nodes:
          call: { uses: simulate, with: { delay: 500ms, script: [{ usd: 0.25 }] } }
edges:
  - draft -> each
`;

it("counts attempts by attempt and what is done by child runs by child", async () => {
  const [store, registry, language] = [openMemoryStore(), createRegistry(), createExpressionLanguage()];
  const read = (text: string) => readDocument(text, { registry, language });
  const { run } = await simulateRun({ text: TEXT, folders: [] }, { store, registry, language, read });
  expect(run.status).toBe("completed");
  const history = historyOf(store, "taught", true);
  expect(history.get("draft")).toEqual({ usd: 0.02, ms: 300 });
  expect(history.get("each")).toEqual({ usd: 0.25, ms: 500 });
  expect(historyOf(store, "taught", false).size).toBe(0);
});
