/** Compiled texts are shared, and a text that was found good is not read again; one that was only stored is. */
import { expect, it } from "vitest";
import { createRegistry } from "#activities/registry.ts";
import { readDocument } from "#document/read-document.ts";
import { createExpressionLanguage } from "#expression/expression.ts";
import { Programs } from "#runtime/programs.ts";

const TEXT = "layerloom: 1\nname: t\nnodes: { a: { uses: transform, with: { value: 1 } } }\n";

function programs() {
  const [registry, language] = [createRegistry(), createExpressionLanguage()];
  let reads = 0;
  const made = new Programs({
    registry,
    language,
    read: (text) => {
      reads += 1;
      return readDocument(text, { registry, language });
    },
  });
  return { made, reads: () => reads };
}

it("reads a text once that is run again and again", () => {
  const { made, reads } = programs();
  const first = made.checked(TEXT, undefined);
  expect(made.lately(TEXT)).toBe(first);
  expect(made.of(TEXT, undefined)).toBe(first);
  expect(reads()).toBe(1);
});

it("takes no text for good that a run of the store has, before it was checked", () => {
  const { made } = programs();
  const unsound = TEXT.replace("value: 1", "valeu: 1");
  made.of(unsound, undefined);
  expect(made.lately(unsound)).toBeUndefined();
  expect(() => made.checked(unsound, undefined)).toThrow(
    expect.objectContaining({ code: "INVALID_PIPELINE" }),
  );
});
