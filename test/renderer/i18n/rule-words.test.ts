/** Every row of the failure table is worded in both languages, and nothing is worded that is no row. */
import { expect, test } from "vitest";
import { ERRORS } from "#contract/errors.ts";
import { BUILT_IN_RULES, ruleName } from "#core/failure-rules.ts";
import { en, ja } from "#renderer/i18n/catalogue.ts";
import type { Translate } from "#renderer/i18n/i18n.ts";
import { classWords, ruleWords } from "#renderer/i18n/rule-words.ts";

const filled = (texts: Readonly<Record<string, string>>): Translate => {
  return (key, params = {}) =>
    (texts[key] ?? "").replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(params[name]));
};
const [inEnglish, inJapanese] = [filled(en), filled(ja)];
const names = [...BUILT_IN_RULES.map(ruleName), "scripted", "anything else"];

test.each(names)("%s", (name) => {
  const rule = `built-in: ${name}`;
  expect(ruleWords(inJapanese, rule)).toMatch(/[\u3040-\u30ff\u4e00-\u9fff]/);
  // The name itself tells whoever looks for it nothing more than the table does.
  expect(ruleWords(inEnglish, rule)).not.toBe("");
  expect(ruleWords(inEnglish, rule)).not.toBe(name);
});

test("words no row that is not there", () => {
  const worded = Object.keys(en).flatMap((key) => (key.startsWith("rule.") ? [key.slice(5)] : []));
  expect(worded.toSorted()).toEqual(names.filter((name) => !Object.hasOwn(ERRORS, name)).toSorted());
});

test("rows of the file are told by their number, what is unknown by its name", () => {
  expect(ruleWords(inEnglish, "node: 2")).toBe("row 2 of the node’s own table");
  expect(ruleWords(inJapanese, "pipeline: 1")).toBe("パイプラインの規則表の 1 行目");
  expect(ruleWords(inEnglish, "built-in: ESOMETHING")).toBe("ESOMETHING");
  expect(ruleWords(inEnglish, "another")).toBe("another");
  expect(classWords(inJapanese, { class: "transient" })).toBe("一時的な失敗: 再試行します");
});
