/** What runs keep for each other, from the window: which nodes keep something, and forgetting it. */
import { beforeEach, expect, test } from "vitest";
import type { ResultFilter } from "#contract/engine-api.ts";
import { installEngine } from "#renderer/bridge/engine.ts";
import { startI18n } from "#renderer/i18n/i18n.ts";
import { useDocument } from "#renderer/state/document-store.ts";
import { forgetResults, keepsResults, memoryOf } from "#renderer/state/kept.ts";
import { useToasts } from "#renderer/state/toast-store.ts";
import { engineDouble } from "#test/renderer/support/engine-double.ts";

const definition = {
  layerloom: 1 as const,
  name: "kept",
  nodes: {
    look: { uses: "http", title: "Look around", cache: { ttl: "1h" } },
    reason: { uses: "simulate", speculate: ["act"] },
    act: { uses: "transform" },
  },
  edges: [],
};

beforeEach(() => {
  startI18n("en");
  useDocument.setState({ definition });
  useToasts.setState({ toasts: [] });
});

test("nodes with a cache and nodes that are guessed at keep something", () => {
  expect(Object.keys(definition.nodes).filter(keepsResults)).toEqual(["look", "act"]);
});

test("forgetting asks for this node of this pipeline, and says how much it was", async () => {
  const asked: ResultFilter[] = [];
  installEngine(
    engineDouble({
      clearResults: async (filter) => {
        asked.push(filter);
        return { removed: 3 };
      },
    }),
  );
  await forgetResults("look");
  expect(asked).toEqual([{ pipeline: "kept", node: "look" }]);
  const [toast] = useToasts.getState().toasts;
  expect(toast?.kind).toBe("success");
  expect(toast?.text).toMatch(/Look around.*3/);
});

test("what cannot be forgotten is told", async () => {
  installEngine(engineDouble());
  await forgetResults("look");
  expect(useToasts.getState().toasts.at(-1)?.kind).toBe("error");
});

test("a node's memory is the one that its settings name, or that it is remembered under", () => {
  expect(memoryOf({ uses: "memory.get", with: { name: "world" } })).toBe("world");
  expect(memoryOf({ uses: "simulate", remember: "plan" })).toBe("plan");
  expect(memoryOf({ uses: "memory.put", with: { name: "${{ inputs.name }}" } })).toBeUndefined();
  expect(memoryOf({ uses: "simulate", with: { name: "world" } })).toBeUndefined();
  expect(memoryOf(undefined)).toBeUndefined();
});
