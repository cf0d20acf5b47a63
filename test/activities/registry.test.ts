import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { createRegistry } from "#activities/registry.ts";
import { LAYERS } from "#contract/definition.ts";
import { outcomesOf } from "#contract/outcomes.ts";

const registry = createRegistry();
const kinds = [...registry.values()].map((activity) => [activity.info.name, activity] as const);

type Schema = {
  title?: string;
  description?: string;
  type?: string;
  "x-widget"?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  required?: string[];
  additionalProperties?: unknown;
};

const schemaOf = (schema: unknown): Schema => JSON.parse(JSON.stringify(schema));

/** All named fields below, with their paths as `expressions` writes them. */
function fieldsOf(schema: Schema, prefix = ""): [string, Schema][] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const path = `${prefix}${name}`;
    const below = field.items ? fieldsOf(field.items, `${path}[].`) : fieldsOf(field, `${path}.`);
    return [[path, field] as [string, Schema], ...below];
  });
}

describe("the registry", () => {
  it("has the kinds that this engine runs", () => {
    expect([...registry.keys()].sort()).toEqual([
      "check",
      "code",
      "file.list",
      "file.read",
      "file.write",
      "gate",
      "http",
      "human",
      "llm",
      "memory.append",
      "memory.get",
      "memory.put",
      "pipeline",
      "simulate",
      "template",
      "transform",
      "wait",
    ]);
  });

  it("loads nothing heavy before a node runs", () => {
    const script = `
      const { registerHooks } = await import("node:module");
      const loaded = [];
      registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context); } });
      const { createRegistry } = await import("#activities/registry.ts");
      for (const activity of createRegistry().values()) activity.info.title;
      console.log(JSON.stringify(loaded));`;
    const out = execFileSync(process.execPath, ["--input-type=module", "-e", script], { timeout: 20_000 });
    const loaded: string[] = JSON.parse(out.toString());
    expect(loaded.some((url) => url.endsWith("/engine/activities/llm.ts"))).toBe(true);
    expect(loaded.filter((url) => /anthropic|quickjs|sandbox|request\.ts|simulated\.ts/.test(url))).toEqual(
      [],
    );
  });
});

describe.each(kinds)("%s", (name, activity) => {
  const { info } = activity;
  const schema = schemaOf(info.schema);

  it("tells all that a palette and a form need", () => {
    expect(info.name).toBe(name);
    expect(info.title).toMatch(/^[A-Z].+/);
    expect(info.description).toMatch(/^[A-Z].+\.$/);
    expect(info.icon).toMatch(/^[a-z][a-z0-9-]+$/);
    expect(LAYERS).toEqual(expect.arrayContaining([...info.layers]));
    expect(info.group).toBe(info.layers.length > 0 ? "layer" : "control");
    expect(info.outcomes).not.toContain("error");
  });

  it("has an example that its own schema accepts, with at least one outcome", () => {
    expect(activity.input.safeParse(info.example)).toMatchObject({ success: true });
    expect(outcomesOf(info, info.example).length).toBeGreaterThan(0);
  });

  it("describes its settings as a closed object with titles and descriptions", () => {
    expect(schema).toMatchObject({ type: "object", additionalProperties: false });
    expect(JSON.stringify(info.schema)).not.toContain("$schema");
    for (const [path, field] of fieldsOf(schema)) {
      expect(field.title, path).toMatch(/^[A-Z]/);
      expect(field.description, path).toMatch(/\S/);
      expect(["expression", "code", "multiline", "path", undefined], path).toContain(field["x-widget"]);
    }
    const accepts = z.fromJSONSchema(JSON.parse(JSON.stringify(schema)));
    expect(accepts.safeParse(info.example).success).toBe(true);
  });

  it("refuses what it does not know", () => {
    expect(activity.input.safeParse({ ...info.example, unknown_setting: 1 }).success).toBe(false);
  });

  it("names only fields of its own as expressions", () => {
    const fields = new Map(fieldsOf(schema));
    for (const { path } of activity.expressions ?? []) {
      expect(fields.get(path)).toMatchObject({ type: "string", "x-widget": "expression" });
    }
  });

  it("touches nothing outside, or else knows how to pretend", () => {
    // `simulate` plays the part of work with effects and has none.
    if (!info.pure && name !== "simulate") expect(activity.simulate).toBeTypeOf("function");
  });
});
