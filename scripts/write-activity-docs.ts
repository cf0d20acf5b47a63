/**
 * Writes docs/activities.md from the schemas of the activities: `npx node scripts/write-activity-docs.ts`.
 * With `--check` it writes nothing and fails when the page is not current. The engine is loaded by address, so that
 * its types stay its own project's.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";
import { z } from "zod";

interface Schema {
  readonly title?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly required?: readonly string[];
  readonly "x-widget"?: string;
}

interface Activity {
  readonly info: {
    readonly name: string;
    readonly title: string;
    readonly description: string;
    readonly layers: readonly string[];
    readonly schema: Schema;
    readonly outcomes: readonly string[];
    readonly outcomesFrom?: string;
    readonly pure: boolean;
    readonly example: object;
  };
  readonly output: z.ZodType;
  readonly expressions?: readonly { readonly path: string }[];
  readonly simulate?: unknown;
}

const HEAD = `# Activities

What a node can do: the value of its \`uses:\`, and the settings that go under its \`with:\`.

This page is written from the schemas in \`engine/activities/\` by \`npx node scripts/write-activity-docs.ts\`; a test
checks that it is current. Any value may hold \`\${{ … }}\`; a value that is exactly one keeps the type of what the
expression gives. A setting marked *bare expression* is written without \`\${{ }}\`.

A *pure* activity has no effect outside: it may run again after a crash without harm. The others get the same
idempotency key in every attempt of an activation. In \`layerloom simulate\` nothing outside is touched: a pure activity
runs as always, the others pretend and say so in their output.
`;

const OUTCOMES_FROM: Readonly<Record<string, string>> = {
  gate: "those of its rules, and `otherwise`",
  human: "its `outcomes`; without any `approved`, `rejected`, `modification_requested`, `escalated`",
  simulate: "those of its script; a success without one leaves by `ok`",
};

function page(activities: readonly Activity[]): string {
  const list = activities.map(
    ({ info }) =>
      `| [\`${info.name}\`](#${info.name.replace(".", "")}) | ${info.title} | ${cell(info.description)} |`,
  );
  const index = ["| uses | | |", "|---|---|---|", ...list].join("\n");
  return [HEAD, index, ...activities.map(section)]
    .join("\n\n")
    .replaceAll(/\n{3,}/g, "\n\n")
    .concat("\n");
}

function section(activity: Activity): string {
  const { info } = activity;
  const output: Schema = JSON.parse(
    JSON.stringify(z.toJSONSchema(activity.output, { io: "output", unrepresentable: "any" })),
  );
  const outcomes =
    OUTCOMES_FROM[info.outcomesFrom ?? ""] ?? info.outcomes.map((name) => `\`${name}\``).join(", ");
  const facts = [
    info.layers.length > 0 ? `Layers: ${info.layers.join(", ")}.` : "Layers: none, it steers the flow.",
    `Outcomes: ${outcomes}.`,
    `Output: ${shapeOf(output)}.`,
    effectOf(activity),
  ];
  return [
    `## ${info.name}`,
    info.description,
    facts.map((fact) => `- ${fact}`).join("\n"),
    settingsTable(activity),
    `\`\`\`yaml\nuses: ${info.name}\n${stringify({ with: info.example }).trimEnd()}\n\`\`\``,
  ].join("\n\n");
}

function effectOf({ info, simulate }: Activity): string {
  if (info.pure) return "Pure.";
  if (simulate) return "Has effects outside; pretends in a simulated run.";
  return "Has no effects, but starts only when all that came before is on disk, as work with effects does.";
}

function settingsTable({ info, expressions = [] }: Activity): string {
  const bare = new Set(expressions.map(({ path }) => path));
  const rows = fieldsOf(info.schema, "").map(([path, field, required]) => {
    const type = bare.has(path) ? "bare expression" : typeOf(field);
    const given =
      field.default === undefined ? (required ? "*required*" : "") : `\`${JSON.stringify(field.default)}\``;
    return `| \`${path}\` | ${type} | ${given} | ${cell(field.description ?? "")} |`;
  });
  return ["| setting | type | default | |", "|---|---|---|---|", ...rows].join("\n");
}

function fieldsOf(schema: Schema, prefix: string): [string, Schema, boolean][] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const path = `${prefix}${name}`;
    const below = field.items?.properties ? fieldsOf(field.items, `${path}[].`) : fieldsOf(field, `${path}.`);
    const required = schema.required?.includes(name) ?? false;
    return [[path, field, required] as [string, Schema, boolean], ...below];
  });
}

function typeOf(schema: Schema): string {
  if (schema.enum) return schema.enum.map((value) => `\`${String(value)}\``).join(", ");
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(" or ");
  if (schema.type === "array") return `list of ${schema.items ? typeOf(schema.items) : "anything"}`;
  if (schema.type === "object" && typeof schema.additionalProperties === "object" && !schema.properties) {
    return `names with ${typeOf(schema.additionalProperties)}`;
  }
  const bounds = schema.type === "integer" ? boundsOf(schema) : "";
  return `${wordsFor(schema.type)}${bounds}`;
}

function wordsFor(type: Schema["type"]): string {
  if (type === undefined) return "anything";
  return typeof type === "string" ? type : type.join(" or ");
}

function boundsOf({ minimum, maximum }: Schema): string {
  const low = minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER ? minimum : undefined;
  const high = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER ? maximum : undefined;
  if (low !== undefined && high !== undefined) return ` ${low}–${high}`;
  return low === undefined ? "" : ` ≥ ${low}`;
}

/** An output's shape in one line. */
function shapeOf(schema: Schema): string {
  if (schema.type === "array" && schema.items) return `a list of ${shapeOf(schema.items)}`;
  if (!schema.properties) return schema.type === undefined ? "any JSON value" : `a ${wordsFor(schema.type)}`;
  const fields = Object.keys(schema.properties).map((name) =>
    schema.required?.includes(name) ? name : `${name}?`,
  );
  return `\`{ ${fields.join(", ")} }\``;
}

function cell(text: string): string {
  return text.replaceAll(/[|*_]/g, "\\$&").replaceAll("<", "&lt;").replaceAll("\n", " ");
}

const { createRegistry } = await import(new URL("../engine/activities/registry.ts", import.meta.url).href);
const target = fileURLToPath(new URL("../docs/activities.md", import.meta.url));
const text = page([...createRegistry().values()]);

if (process.argv.includes("--check")) {
  if (readFileSync(target, "utf8") !== text) {
    console.error("docs/activities.md is not current: npx node scripts/write-activity-docs.ts");
    process.exitCode = 1;
  }
} else {
  writeFileSync(target, text);
}
