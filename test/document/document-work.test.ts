/** An export never loses what it did not understand. */
import { expect, test } from "vitest";
import { exportText } from "#engine/open.ts";

const BROKEN = `layerloom: 1
name: broken
nodes:
  a: { uses: transform, with: { value: 2 } }
  B: { uses: wait, with: { duration: 1s } }
edges:
  - a => B
`;

test("a text with errors is refused in every format that could lose something", async () => {
  for (const to of ["yaml", "json", "mermaid"] as const) {
    await expect(exportText(BROKEN, to)).rejects.toMatchObject({ code: "INVALID_PIPELINE" });
  }
});

test("what the engine does not act on yet is exported whole", async () => {
  const text = `layerloom: 1
name: later
budget: { usd: 5 }
nodes:
  a: { uses: transform, with: { value: 2 }, forEach: "\${{ [1, 2] }}" }
edges: []
`;
  expect(await exportText(text, "yaml")).toContain("forEach");
  expect(JSON.parse(await exportText(text, "json"))).toMatchObject({ budget: { usd: 5 } });
});
