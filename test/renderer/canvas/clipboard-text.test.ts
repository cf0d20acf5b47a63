/** Copied nodes are YAML that the engine itself reads back. */
import { expect, test } from "vitest";
import { parse } from "yaml";
import { fragmentText, readFragment } from "#renderer/canvas/clipboard-text.ts";
import { copyNodes } from "#renderer/state/edits.ts";
import { chain, node } from "#test/renderer/support/pipelines.ts";

const tricky = {
  ...chain,
  nodes: {
    ...chain.nodes,
    a: node("llm", {
      title: "yes",
      with: {
        prompt: "line one\n  indented: ${{ x }}\n# not a comment\n\nend",
        odd: ["no", "1", 1, true, null, "- a", "{b}", "", " c "],
        rules: [
          { when: "a > 1", outcome: "x" },
          { when: "'#' in b", outcome: "y", deep: { k: [] } },
        ],
        "key with: colon": {},
        ends: "one\ntwo\n",
        twice: "one\n\ntwo\n\n",
        trailing: "one \ntwo",
        tabbed: "\tx\n y ",
        number: -1.5e-7,
      },
    }),
  },
};

test("what is written is read back the same", () => {
  const piece = copyNodes(tricky, ["a", "b"]);
  expect(parse(fragmentText(piece))).toEqual(JSON.parse(JSON.stringify(piece)));
});

test("pasted text may be a piece or a whole file; anything else is none", async () => {
  const asked: string[] = [];
  const engine = {
    readDocument: async ({ text }: { text: string }) => {
      asked.push(text);
      const read = parse(text);
      return { definition: { ...read, edges: read.edges ?? [] }, problems: [], places: {} };
    },
  };
  const piece = await readFragment(engine, "nodes:\n  a: { uses: wait }\n");
  expect(piece?.nodes).toEqual({ a: { uses: "wait" } });
  expect(asked[0]).toContain("layerloom: 1");
  const whole = await readFragment(
    engine,
    "layerloom: 1\nname: x\nnodes: { b: { uses: wait } }\nedges: []\n",
  );
  expect(whole?.nodes).toEqual({ b: { uses: "wait" } });
  expect(asked[1]?.match(/layerloom/g)).toHaveLength(1);
  expect(await readFragment(engine, "just words")).toBeUndefined();
});
