import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ERRORS } from "#contract/errors.ts";
import { NODE_STATUSES, RUN_STATUSES } from "#contract/events.ts";
import { en, ja } from "#renderer/i18n/catalogue.ts";

const renderer = join(import.meta.dirname, "../../../renderer");
const sources = readdirSync(renderer, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !/i18n\/\w\w$/.test(entry.parentPath))
  .map((entry) => ({ name: entry.name, text: readFileSync(join(entry.parentPath, entry.name), "utf8") }));
const everything = sources.map((source) => source.text).join("\n");

const placeholders = (text: string): readonly string[] =>
  [...text.matchAll(/\{\{(\w+)\}\}/g)].map((m) => m[1] ?? "").sort();

describe("the two languages", () => {
  test("have the same keys", () => {
    expect(Object.keys(ja).sort()).toEqual(Object.keys(en).sort());
  });

  test("have the same placeholders, and no empty text", () => {
    for (const [key, text] of Object.entries(en)) {
      const other = ja[key as keyof typeof en];
      expect(placeholders(other), key).toEqual(placeholders(text));
      expect(text.trim() !== "" && other.trim() !== "", key).toBe(true);
    }
  });

  test("word every error code and every state", () => {
    const keys = new Set(Object.keys(en));
    for (const code of Object.keys(ERRORS)) expect(keys, code).toContain(`error.${code}`);
    for (const status of [...NODE_STATUSES, ...RUN_STATUSES])
      expect(keys, status).toContain(`state.${status}`);
  });
});

describe("the sources", () => {
  test("use only keys that exist", () => {
    const keys = new Set<string>(Object.keys(en));
    const missing = sources.flatMap(({ name, text }) =>
      [...text.matchAll(/\b(?:t|translate)\(\s*"([^"]+)"/g)]
        .map((match) => match[1] ?? "")
        .filter((key) => !keys.has(key))
        .map((key) => `${name}: ${key}`),
    );
    expect(missing).toEqual([]);
  });

  test("use every key, whole or by a prefix", () => {
    const prefixes = [...everything.matchAll(/`([a-z][\w.]*\.)\$\{/g)].map((match) => match[1] ?? "");
    const unused = Object.keys(en).filter(
      (key) => !everything.includes(`"${key}"`) && !prefixes.some((prefix) => key.startsWith(prefix)),
    );
    expect(unused).toEqual([]);
  });
});
