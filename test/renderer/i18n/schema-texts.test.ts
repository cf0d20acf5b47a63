import { describe, expect, test } from "vitest";
import { createRegistry } from "#activities/registry.ts";
import type { JsonObject } from "#contract/json.ts";
import { RESOURCES } from "#renderer/i18n/catalogue.ts";
import { JA_ACTIVITIES, JA_CHOICES, JA_SETTINGS } from "#renderer/i18n/ja/schema-texts.ts";
import * as own from "#renderer/inspector/own-schemas.ts";
import { wordedSchema } from "#renderer/inspector/worded-schema.ts";

const activities = [...createRegistry().values()].map(({ info }) => info);
const JAPANESE = /[\u3040-\u30ff\u4e00-\u9fff]/;
/** The same in every language. */
const NAMES = new Set(["URL", "JSON", "NDJSON", "UTF-8", "UTF-16LE", "Latin-1", "Base64", "Anthropic"]);
const japanese = (text: string): boolean => JAPANESE.test(text) || NAMES.has(text);

/** Every title, description and list of options in a schema. */
function textsOf(schema: unknown, key = ""): readonly { readonly key: string; readonly value: unknown }[] {
  if (typeof schema !== "object" || schema === null) return [];
  if ((key === "enum" || key === "const") && Array.isArray(schema)) return [{ key, value: schema }];
  return Object.entries(schema).flatMap(([name, value]) =>
    (name === "title" || name === "description") && typeof value === "string"
      ? [{ key: name, value }]
      : key === "default"
        ? []
        : textsOf(value, name),
  );
}

const asked = new Set<string>();
const inJapanese = (key: string, fallback: string): string => {
  asked.add(key);
  return RESOURCES.ja[key] ?? fallback;
};
const worded = activities.map((info) => ({
  name: info.name,
  schema: wordedSchema(info.schema as JsonObject, info.name, inJapanese),
}));

describe("the texts of the activities", () => {
  test.each(activities)("$name has a Japanese title and description", ({ name }) => {
    expect(RESOURCES.ja[`activity.${name}.title`]).toMatch(/./);
    expect(RESOURCES.ja[`activity.${name}.description`]).toMatch(JAPANESE);
  });

  test.each(worded)("every setting of $name is worded in Japanese", ({ schema }) => {
    const left = textsOf(schema).filter(
      ({ key, value }) => key !== "enum" && typeof value === "string" && !japanese(value),
    );
    expect(left).toEqual([]);
  });

  test("words nothing that no schema has", () => {
    const unused = Object.keys(JA_SETTINGS).filter((path) => !asked.has(`activity.${path}.setting`));
    expect(unused).toEqual([]);
    expect(Object.keys(JA_ACTIVITIES).sort()).toEqual(activities.map(({ name }) => name).sort());
  });

  test("stay as they are in English", () => {
    for (const { schema, name } of activities)
      expect(wordedSchema(schema as JsonObject, name, (key, or) => RESOURCES.en[key] ?? or)).toEqual(schema);
  });
});

test("every value to choose from has a Japanese word, and no word is without its value", () => {
  const options = [...activities.map(({ schema }) => schema), own]
    .flatMap((schema) => textsOf(schema))
    .flatMap(({ key, value }) => (key === "enum" ? (value as readonly string[]) : []));
  // Methods of HTTP are written as they are; kinds of edges have texts of their own.
  const edges: readonly string[] = own.EDGE_FIELDS.kind.enum;
  const worded = options.filter((option) => !/^[A-Z]+$/.test(option) && !edges.includes(option));
  const left = worded.filter((option) => !japanese(RESOURCES.ja[`inspector.choice.${option}`] ?? ""));
  expect(left).toEqual([]);
  expect(Object.keys(JA_CHOICES).filter((value) => !options.includes(value))).toEqual([]);
});
