/** Random definitions and random edits of them, for the properties of writing. They need not be sound, only well formed. */
import fc from "fast-check";
import type { EdgeDefinition, NodeDefinition, PipelineDefinition } from "#contract/definition.ts";
import type { Json } from "#contract/json.ts";

const IDS = ["a", "b", "c", "fetch-data", "true", "null", "n1", "y", "on", "reason_2"] as const;
const id = fc.constantFrom(...IDS);

/** What YAML finds hard: words that are something else, marks, several lines, spaces at the ends. */
const text = fc.oneof(
  fc.constantFrom(
    "true",
    "null",
    "~",
    "12",
    "1.5",
    "0x1f",
    "1e3",
    "2026-01-01",
    "yes",
    "# no",
    "a: b",
    "a #b",
    "- x",
    "[x]",
    "{x}",
    "'",
    '"',
    "\\",
    "*a",
    "&a",
    "!x",
    "|",
    ">",
    "%",
    "@",
    "`",
    "?",
    ":",
    ",",
    "",
    " ",
    " x",
    "x ",
    "\n",
    "a\nb",
    "a\n\nb\n",
    "\n a\n  b",
    "a\n",
    "\tx",
    "x\ty",
    "${{ inputs.x }}",
    "a ${{ {'b': 1} }}",
    "日本語",
    "emoji 🎈",
    "a\r\nb",
    "<<",
    "---",
    "...",
    "a very long line of text that goes on and on and on, well past the eighty columns at which a writer may be tempted to fold it",
  ),
  fc.string({ maxLength: 12 }),
);
const json: fc.Arbitrary<Json> = fc.letrec<{ value: Json; list: Json; map: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    text,
    fc.integer(),
    fc
      .double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 })
      .map((value) => (Object.is(value, -0) ? 0 : value)),
    fc.boolean(),
    fc.constant(null),
    tie("list"),
    tie("map"),
  ),
  list: fc.array(tie("value"), { maxLength: 3 }) as fc.Arbitrary<Json>,
  map: fc.dictionary(
    fc.oneof(id, text).filter((key) => key !== "__proto__"),
    tie("value"),
    { maxKeys: 3, noNullPrototype: true },
  ) as fc.Arbitrary<Json>,
})).value;

/** Leaves out keys that are undefined, as reading does. */
function tidy<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as T;
}

function maybe<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.option(arbitrary, { nil: undefined, freq: 2 });
}

const settings = fc.dictionary(
  fc.oneof(id, text).filter((key) => key !== "__proto__"),
  json,
  { maxKeys: 3, noNullPrototype: true },
);
const node = fc
  .record({
    title: maybe(text),
    layer: maybe(fc.constantFrom("reasoning" as const, "execution" as const)),
    uses: fc.constantFrom("transform", "llm", "gate"),
    with: maybe(settings as fc.Arbitrary<{ [key: string]: Json }>),
    join: maybe(fc.constantFrom("any" as const, { atLeast: 2 })),
    timeout: maybe(fc.constantFrom("5s", "1h")),
    default: maybe(json),
    notes: maybe(text),
  })
  .map((value) => tidy(value) as NodeDefinition);

const ends = { from: id, to: id };
const outcomes = fc.uniqueArray(fc.constantFrom("ok", "error", "approved"), { minLength: 1, maxLength: 2 });
const edge: fc.Arbitrary<EdgeDefinition> = fc
  .oneof(
    { weight: 3, arbitrary: fc.record({ ...ends, kind: fc.constant("flow" as const) }) },
    fc.record({
      ...ends,
      kind: fc.constant("branch" as const),
      on: outcomes,
      when: maybe(text.filter((value) => value !== "")),
    }),
    fc.record({ ...ends, kind: fc.constant("branch" as const), else: fc.constant(true as const) }),
    fc.record({
      ...ends,
      kind: fc.constant("loop" as const),
      on: maybe(outcomes),
      max: maybe(fc.integer({ min: 1, max: 9 })),
      feedback: maybe(json),
    }),
    fc.record({
      ...ends,
      kind: fc.constant("skip" as const),
      when: fc.constant("true"),
      reuse: maybe(fc.constant("last")),
    }),
    fc.record({ ...ends, kind: fc.constant("error" as const) }),
  )
  .map((value) => tidy(value) as EdgeDefinition);

const point = fc.tuple(fc.integer({ min: -999, max: 999 }), fc.integer({ min: -999, max: 999 }));

export const definitions: fc.Arbitrary<PipelineDefinition> = fc
  .record({
    layerloom: fc.constant(1 as const),
    name: text.filter((value) => value !== ""),
    description: maybe(text),
    inputs: maybe(
      fc.dictionary(id, fc.constantFrom({}, { type: "number" as const }, { default: [1], required: true }), {
        maxKeys: 2,
        noNullPrototype: true,
      }),
    ),
    nodes: fc.dictionary(id, node, { maxKeys: 5, noNullPrototype: true }),
    edges: fc.array(edge, { maxLength: 6 }),
    output: maybe(json),
    onFailure: maybe(fc.constantFrom("stop" as const, "finish" as const)),
    layout: maybe(fc.dictionary(id, point, { maxKeys: 4, noNullPrototype: true })),
  })
  .map((value) => tidy(value) as PipelineDefinition);

/** A definition that keeps much of another: what a person does on a canvas between two saves. */
export function edited(definition: PipelineDefinition): fc.Arbitrary<PipelineDefinition> {
  return fc
    .record({
      other: definitions,
      keep: fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
      take: fc.record({ nodes: fc.boolean(), edges: fc.boolean(), layout: fc.boolean(), top: fc.boolean() }),
      swap: fc.boolean(),
    })
    .map(({ other, keep, take, swap }) => {
      const nodes = Object.entries(definition.nodes).filter((_, index) => keep[index % 8]);
      const edges = definition.edges.filter((_, index) => keep[(index + 3) % 8]);
      if (swap && edges.length > 1) edges.push(edges.shift()!);
      return tidy({
        ...(take.top ? { ...definition, ...other } : definition),
        nodes: Object.fromEntries(take.nodes ? [...nodes, ...Object.entries(other.nodes)] : nodes),
        edges: take.edges ? [...edges, ...other.edges] : edges,
        layout: take.layout ? { ...definition.layout, ...other.layout } : definition.layout,
      }) as PipelineDefinition;
    });
}
