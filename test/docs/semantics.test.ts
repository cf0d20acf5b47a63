/** Every worked example of docs/semantics.md does what the page says. */
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { describe, expect, it } from "vitest";
import { quoteLines } from "#cli/view/quote-table.ts";
import { quote, simulate } from "#engine/open.ts";
import { refusalText, resultText, workedExamples } from "./worked-examples.ts";

const page = readFileSync("docs/semantics.md", "utf8");
const examples = workedExamples(page);
const RULES = 11;

describe("docs/semantics.md", () => {
  it("has a worked example under every rule", () => {
    const rules = [...page.matchAll(/^## (\d+)\. /gm)].map(([, number]) => Number(number));
    expect(rules).toEqual(Array.from({ length: RULES }, (_, index) => index + 1));
    for (const chapter of page.split(/^## (?=\d)/m).slice(1)) {
      expect(workedExamples(chapter), chapter.split("\n")[0]).not.toEqual([]);
    }
  });

  for (const { section, text, partial, result, quote: told } of examples) {
    const name = /^name: (.*)$/m.exec(text)?.[1] ?? "without a name";
    it(`${section}: ${name}`, async () => {
      const actual = await simulate({ text, partial, workspace: tmpdir() }).then(
        (run) => resultText(run, /^output:/m.test(text)),
        refusalText,
      );
      expect(actual).toBe(result);
      if (told !== undefined) expect(quoteLines(await quote({ text })).join("\n")).toBe(told);
    });
  }
});
