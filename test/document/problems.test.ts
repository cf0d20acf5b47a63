/** One bad file for each thing that can be wrong with a file: its code, its place, and a hint. */
import { describe, expect, test } from "vitest";
import type { ErrorCode } from "#contract/errors.ts";
import { read, shortly } from "#test/document/support/read.ts";

const HEAD = "layerloom: 1\nname: t\n";
/** Two nodes on lines 4 and 5, what follows begins on line 6. */
const TWO = `${HEAD}nodes:\n  a: { uses: transform, with: { value: 1 } }\n  b: { uses: transform, with: { value: 2 } }\n`;
const node = (text: string): string => `${HEAD}nodes:\n  a: ${text}\n`;
const edges = (...items: string[]): string =>
  `${TWO}edges:\n${items.map((item) => `  - ${item}\n`).join("")}`;

type Row = readonly [about: string, text: string, expected: string | readonly string[]];

const ROWS: readonly Row[] = [
  // the text
  ["a bracket that is never closed", "layerloom: 1\nname: [a\n", "3:1 YAML_SYNTAX"],
  ["a tab for indentation", "nodes:\n\ta: 1\n", "2:1 YAML_SYNTAX"],
  ["two documents", `${HEAD}---\na: 1\n`, "3:1 YAML_SYNTAX"],
  ["a tag", `${HEAD}x: !thing 1\n`, "3:4 YAML_SYNTAX"],
  ["an alias of nothing", `${HEAD}description: *x\n`, "3:14 YAML_SYNTAX"],
  ["a list as a key", `${HEAD}? [a]\n: 1\n`, "3:3 YAML_SYNTAX"],
  ["a merge key", `${HEAD}<<: { a: 1 }\n`, "3:1 YAML_LIMIT"],
  ["a whole number that would lose digits", `${TWO}output: 12345678901234567890\n`, "6:9 YAML_LIMIT"],
  ["the same in JSON", '{"layerloom": 1, "output": 12345678901234567890}', "1:28 YAML_LIMIT"],
  ["infinity", `${TWO}output: .inf\n`, "6:9 INVALID_VALUE"],
  ["a key with powers", `${TWO}output: { __proto__: 1 }\n`, "6:11 YAML_LIMIT"],
  ["a key twice", `${HEAD}name: u\n`, "3:1 DUPLICATE_KEY"],
  ["a key twice, deep", node("{ uses: transform, with: { value: { x: 1, x: 2 } } }"), "4:48 DUPLICATE_KEY"],
  ["a key twice in JSON", '{"layerloom": 1,\n "name": "a", "name": "b"}', "2:15 DUPLICATE_KEY"],
  ["nothing", "", "1:1 INVALID_PIPELINE"],
  ["only a comment", "# nothing\n", "1:1 INVALID_PIPELINE"],
  ["a list", "- a\n", "1:1 INVALID_PIPELINE"],
  ["a word", "hello\n", "1:1 INVALID_PIPELINE"],
  // the parts
  ["a version to come", "layerloom: 2\nname: t\nnodes: {}\n", "1:12 UNSUPPORTED_VERSION layerloom"],
  [
    "no version, no name, no nodes",
    "description: x\n",
    ["1:1 MISSING_VALUE layerloom", "1:1 MISSING_VALUE name", "1:1 MISSING_VALUE nodes"],
  ],
  ["an unknown key at the top", `${TWO}edgs: []\n`, "6:1 UNKNOWN_KEY edgs"],
  [
    "an unknown key of a node",
    node("{ uses: transform, wiht: {} }"),
    ["4:6 MISSING_VALUE nodes.a.with.value", "4:25 UNKNOWN_KEY nodes.a.wiht"],
  ],
  [
    "an unknown key of the settings",
    node("{ uses: transform, with: { value: 1, valu: 2 } }"),
    "4:43 UNKNOWN_KEY nodes.a.with.valu",
  ],
  [
    "an unknown key of a retry",
    node("{ uses: transform, with: { value: 1 }, retry: { times: 3 } }"),
    "4:54 UNKNOWN_KEY nodes.a.retry.times",
  ],
  ["an unknown key of an edge", edges("{ from: a, to: b, wen: x }"), "7:23 UNKNOWN_KEY edges.0.wen"],
  ["a node that is no map", node("transform"), "4:6 INVALID_VALUE nodes.a"],
  ["nodes that are a list", `${HEAD}nodes: [a]\n`, "3:8 INVALID_VALUE nodes"],
  ["edges that are a map", `${TWO}edges: { a: b }\n`, "6:8 INVALID_VALUE edges"],
  ["a name that is a number", "layerloom: 1\nname: 7\nnodes: {}\n", "2:7 INVALID_VALUE name"],
  [
    "a default of another type",
    `${TWO}inputs: { x: { type: number, default: "3" } }\n`,
    "6:39 INVALID_VALUE inputs.x.default",
  ],
  [
    "an unknown layer",
    node("{ layer: thinking, uses: transform, with: { value: 1 } }"),
    "4:15 INVALID_VALUE nodes.a.layer",
  ],
  [
    "no duration",
    node("{ uses: transform, with: { value: 1 }, timeout: 5 minutes }"),
    "4:54 INVALID_VALUE nodes.a.timeout",
  ],
  ["a layout that is no pair", `${TWO}layout: { a: [1] }\n`, "6:14 INVALID_VALUE layout.a"],
  [
    "a setting of the wrong type",
    node("{ uses: memory.put, with: { name: 3, value: 1 } }"),
    "4:40 INVALID_VALUE nodes.a.with.name",
  ],
  ["a setting that is missing", node("{ uses: transform }"), "4:6 MISSING_VALUE nodes.a.with.value"],
  ["a node that uses nothing", node("{ with: {} }"), "4:6 MISSING_VALUE nodes.a.uses"],
  [
    "a node that is no id",
    `${HEAD}nodes:\n  Fetch Data: { uses: transform, with: { value: 1 } }\n`,
    "4:3 INVALID_ID nodes.Fetch Data",
  ],
  ["an input that is no id", `${TWO}inputs: { A: {} }\n`, "6:11 INVALID_ID inputs.A"],
  ["an edge end that is no id", edges("{ from: A, to: b }"), "7:13 INVALID_ID edges.0.from"],
  ["a chain with what is no id", edges("a -> B!"), "7:5 INVALID_ID edges.0"],
  // the edges
  ["an edge that is no edge", edges("a b"), "7:5 INVALID_EDGE edges.0"],
  ["an edge that is a list", edges("[a, b]"), "7:5 INVALID_EDGE edges.0"],
  ["an edge without an end", edges("{ from: a }"), "7:5 MISSING_VALUE edges.0.to"],
  ["an edge to nowhere", edges("a -> c"), "7:5 UNKNOWN_NODE edges.0.to"],
  ["an edge twice", edges("a -> b", "{ from: a, to: b }"), "8:5 DUPLICATE_EDGE edges.1"],
  ["a cycle", edges("a -> b", "b -> a"), "8:5 CYCLE_WITHOUT_LOOP edges.1"],
  [
    "a loop that goes forward",
    edges("a -> b", "{ from: a, to: b, kind: loop }"),
    "8:20 LOOP_TARGET_NOT_ANCESTOR edges.1.to",
  ],
  ["max on a flow edge", edges("{ from: a, to: b, max: 3 }"), "7:28 INVALID_EDGE edges.0.max"],
  [
    "a join that cannot come about",
    `${TWO.replace("value: 2 } }", "value: 2 }, join: { atLeast: 2 } }")}edges: [a -> b]\n`,
    "5:51 INVALID_JOIN nodes.b.join",
  ],
  // activities and outcomes
  ["an unknown activity", node("{ uses: transfrom }"), "4:14 UNKNOWN_ACTIVITY nodes.a.uses"],
  [
    "an outcome that cannot be",
    edges("{ from: a, on: approved, to: b }"),
    "7:20 UNKNOWN_OUTCOME edges.0.on.0",
  ],
  ["one of several", edges("{ from: a, on: [ok, nope], to: b }"), "7:25 UNKNOWN_OUTCOME edges.0.on.1"],
  // expressions
  [
    "an expression that is none",
    node('{ uses: transform, with: { value: "${{ 1 + }}" } }'),
    "4:48 EXPRESSION_SYNTAX nodes.a.with.value",
  ],
  [
    "one in a block of text",
    `${HEAD}nodes:\n  a:\n    uses: template\n    with:\n      text: |\n        one\n        two \${{ 1 + }}\n`,
    "9:20 EXPRESSION_SYNTAX nodes.a.with.text",
  ],
  [
    "one that is never closed",
    node('{ uses: transform, with: { value: "x ${{ 1" } }'),
    "4:43 EXPRESSION_SYNTAX nodes.a.with.value",
  ],
  [
    "braces around a condition",
    edges('{ from: a, to: b, when: "${{ true }}" }'),
    "7:29 EXPRESSION_SYNTAX edges.0.when",
  ],
  [
    "types that do not go together",
    edges("{ from: a, to: b, when: 1 + 'a' == 2 }"),
    "7:29 EXPRESSION_TYPE edges.0.when",
  ],
  [
    "a function that is not there",
    edges("{ from: a, to: b, when: len(inputs) > 2 }"),
    "7:29 EXPRESSION_TYPE edges.0.when",
  ],
  [
    "a regular expression",
    edges("{ from: a, to: b, when: \"'a'.matches('(a+)+')\" }"),
    "7:29 EXPRESSION_FORBIDDEN edges.0.when",
  ],
  ["an unknown name", edges("{ from: a, to: b, when: score > 1 }"), "7:29 UNKNOWN_NAME edges.0.when"],
  [
    "item without forEach",
    node('{ uses: transform, with: { value: "${{ item }}" } }'),
    "4:40 UNKNOWN_NAME nodes.a.with.value",
  ],
  [
    "index without forEach",
    node('{ uses: transform, with: { value: "${{ index }}" } }'),
    "4:40 UNKNOWN_NAME nodes.a.with.value",
  ],
  [
    "item in the list itself",
    node('{ uses: transform, with: { value: 1 }, forEach: "${{ [item] }}" }'),
    "4:54 UNKNOWN_NAME nodes.a.forEach",
  ],
  [
    "forEach over a text",
    node("{ uses: transform, with: { value: 1 }, forEach: names }"),
    "4:54 INVALID_VALUE nodes.a.forEach",
  ],
  [
    "forEach over a text with an expression in it",
    node('{ uses: transform, with: { value: 1 }, forEach: "a ${{ 1 }}" }'),
    "4:54 INVALID_VALUE nodes.a.forEach",
  ],
  [
    "what belongs to forEach without it",
    node("{ uses: transform, with: { value: 1 }, maxConcurrent: 3, onItemError: collect }"),
    ["4:60 INVALID_VALUE nodes.a.maxConcurrent", "4:76 INVALID_VALUE nodes.a.onItemError"],
  ],
  [
    "an outcome of an item",
    edges("{ from: c, on: fail, to: a }").replace(
      "edges:",
      "  c: { uses: check, with: { score: 1, pass: score > 0 }, forEach: [1] }\nedges:",
    ),
    "8:20 UNKNOWN_OUTCOME edges.0.on.0",
  ],
  [
    "an input that is not declared",
    edges("{ from: a, to: b, when: inputs.x > 1 }"),
    "7:29 UNKNOWN_NAME edges.0.when",
  ],
  [
    "a node that is not there",
    edges("{ from: a, to: b, when: nodes.c.output > 1 }"),
    "7:29 UNKNOWN_NODE edges.0.when",
  ],
  [
    "a rule with an error",
    node("{ uses: gate, with: { rules: [{ when: '1 +', outcome: x }], otherwise: y } }"),
    "4:48 EXPRESSION_SYNTAX nodes.a.with.rules.0.when",
  ],
  [
    "reuse that is neither",
    edges("a -> b", "{ from: a, to: b, kind: skip, when: 'true', reuse: newest }"),
    ["8:56 INVALID_VALUE edges.1.reuse", "8:5 warning NO_EFFECT edges.1"],
  ],
  [
    "reading what comes later",
    `${TWO.replace("value: 1", 'value: "${{ nodes.b.output }}"')}edges: [a -> b]\n`,
    "4:40 UNKNOWN_NODE nodes.a.with.value",
  ],
  [
    "reading oneself",
    node('{ uses: transform, with: { value: "${{ nodes.a.output }}" } }'),
    "4:40 UNKNOWN_NODE nodes.a.with.value",
  ],
  [
    "reading what runs beside",
    `${TWO.replace("value: 1", 'value: "${{ nodes.b.output }}"')}`,
    "4:40 warning UNKNOWN_NODE nodes.a.with.value",
  ],
  // the failure table
  [
    "a failure row that looks for nothing",
    node("{ uses: simulate, failures: [{ class: quality }] }"),
    "4:35 INVALID_VALUE nodes.a.failures.0",
  ],
  [
    "a failure row without a class",
    node("{ uses: simulate, failures: [{ status: 503 }] }"),
    "4:35 MISSING_VALUE nodes.a.failures.0.class",
  ],
  [
    "a class of failures that there is not",
    node("{ uses: simulate, failures: [{ status: 503, class: maybe }] }"),
    "4:57 INVALID_VALUE nodes.a.failures.0.class",
  ],
  [
    "a status that there is not",
    node("{ uses: simulate, failures: [{ status: 999, class: quality }] }"),
    "4:45 INVALID_VALUE nodes.a.failures.0.status",
  ],
  [
    "a class of statuses that there is not",
    node("{ uses: simulate, failures: [{ status: [503, 6xx], class: quality }] }"),
    "4:51 INVALID_VALUE nodes.a.failures.0.status.1",
  ],
  [
    "a failure row that never gets one",
    `${TWO}defaults: { failures: [{ status: 5xx, class: permanent }, { status: 503, class: transient }] }\n`,
    "6:59 INVALID_VALUE defaults.failures.1",
  ],
  [
    "a failure row that says the same again",
    node(
      "{ uses: simulate, failures: [{ message: Quota, class: permanent }, { message: quota, class: permanent }] }",
    ),
    "4:73 INVALID_VALUE nodes.a.failures.1",
  ],
  [
    "a code that is nearly one",
    node("{ uses: simulate, failures: [{ code: MODEL_OVERLODED, class: quality }] }"),
    "4:43 warning UNKNOWN_NAME nodes.a.failures.0.code",
  ],
  // guesses
  [
    "a guess for nobody",
    edges("a -> b").replace("value: 1 }", "value: 1 }, speculate: [bb]"),
    "4:57 UNKNOWN_NODE nodes.a.speculate.0",
  ],
  [
    "a guess for a node that does not follow",
    edges("a -> b").replace("value: 2 }", "value: 2 }, speculate: [a]"),
    "5:57 warning NO_EFFECT nodes.b.speculate.0",
  ],
  [
    "a guess for an error edge",
    edges("{ from: a, to: b, kind: error }").replace("value: 1 }", "value: 1 }, speculate: [b]"),
    "4:57 warning NO_EFFECT nodes.a.speculate.0",
  ],
  [
    "a guess for what may have effects",
    edges("a -> b")
      .replace("value: 1 }", "value: 1 }, speculate: [b]")
      .replace("uses: transform, with: { value: 2 }", "uses: llm, with: { prompt: p }"),
    "4:57 warning NO_EFFECT nodes.a.speculate.0",
  ],
  [
    "a guess for what is said not to be pure",
    edges("a -> b")
      .replace("value: 1 }", "value: 1 }, speculate: [b]")
      .replace("value: 2 }", "value: 2 }, pure: false"),
    "4:57 warning NO_EFFECT nodes.a.speculate.0",
  ],
  [
    "a guess for what evaluates conditions itself",
    edges("a -> b")
      .replace("value: 1 }", "value: 1 }, speculate: [b]")
      .replace("uses: transform, with: { value: 2 }", "uses: check, with: { pass: 'true' }, pure: true"),
    "4:57 warning NO_EFFECT nodes.a.speculate.0",
  ],
  [
    "a person, said to be pure",
    node("{ uses: human, with: { title: t }, pure: true }"),
    "4:47 INVALID_VALUE nodes.a.pure",
  ],
  [
    "a sent request, said to be pure",
    node("{ uses: http, with: { url: 'https://x.test', method: DELETE }, pure: true }"),
    "4:75 INVALID_VALUE nodes.a.pure",
  ],
  // memory
  [
    "a field that memory does not have",
    edges("a -> b", "{ from: a, to: b, when: \"memory.world.agee < duration('1h')\" }"),
    "8:29 UNKNOWN_NAME edges.1.when",
  ],
  // stored results
  [
    "a ttl of nothing",
    node("{ uses: llm, with: { prompt: p }, cache: { ttl: 0s } }"),
    "4:54 INVALID_VALUE nodes.a.cache.ttl",
  ],
  [
    "a ttl that is none",
    node("{ uses: llm, with: { prompt: p }, cache: { ttl: soon } }"),
    "4:54 INVALID_VALUE nodes.a.cache.ttl",
  ],
  [
    "a cache without ttl",
    node("{ uses: llm, with: { prompt: p }, cache: {} }"),
    "4:47 MISSING_VALUE nodes.a.cache.ttl",
  ],
  [
    "a scope that is none",
    node("{ uses: llm, with: { prompt: p }, cache: { ttl: 1h, scope: world } }"),
    "4:65 INVALID_VALUE nodes.a.cache.scope",
  ],
  [
    "a key that cannot be read",
    node('{ uses: llm, with: { prompt: p }, cache: { ttl: 1h, key: "${{ 1 + }}" } }'),
    "4:71 EXPRESSION_SYNTAX nodes.a.cache.key",
  ],
  [
    "a key of a name that is not there",
    node('{ uses: llm, with: { prompt: p }, cache: { ttl: 1h, key: { x: "${{ inputs.who }}" } } }'),
    "4:68 UNKNOWN_NAME nodes.a.cache.key.x",
  ],
  [
    "a key that is always the same",
    node("{ uses: llm, with: { prompt: p }, cache: { ttl: 1h, key: inputs.who } }"),
    "4:63 warning INVALID_VALUE nodes.a.cache.key",
  ],
  [
    "a person's answer, stored",
    node("{ uses: human, with: { title: t }, cache: { ttl: 1h } }"),
    "4:48 INVALID_VALUE nodes.a.cache",
  ],
  [
    "a wait, stored",
    node("{ uses: wait, with: { duration: 1h }, cache: { ttl: 1h } }"),
    "4:51 INVALID_VALUE nodes.a.cache",
  ],
  [
    "a written file, stored",
    node("{ uses: file.write, with: { path: p, content: c }, cache: { ttl: 1h } }"),
    "4:64 warning INVALID_VALUE nodes.a.cache",
  ],
  [
    "a sent request, stored",
    node("{ uses: http, with: { url: 'https://x.test', method: POST }, cache: { ttl: 1h } }"),
    "4:74 warning INVALID_VALUE nodes.a.cache",
  ],
  [
    "a judgement of more than its settings, stored",
    edges("a -> b").replace(
      "{ uses: transform, with: { value: 2 } }",
      "{ uses: check, with: { pass: nodes.a.output > 1 }, cache: { ttl: 1h } }",
    ),
    "5:64 MISSING_VALUE nodes.b.cache",
  ],
  // breakers
  [
    "a rest of no length",
    node("{ uses: simulate, breaker: { cooldown: 0s } }"),
    "4:45 INVALID_VALUE nodes.a.breaker.cooldown",
  ],
  [
    "a breaker that opens at nothing",
    node("{ uses: simulate, breaker: { failures: 0 } }"),
    "4:45 INVALID_VALUE nodes.a.breaker.failures",
  ],
  [
    "a service that is an expression",
    node('{ uses: simulate, breaker: { service: "${{ inputs.x }}" } }'),
    "4:44 INVALID_VALUE nodes.a.breaker.service",
  ],
  [
    "a breaker that is switched on",
    node("{ uses: simulate, breaker: true }"),
    "4:33 INVALID_VALUE nodes.a.breaker",
  ],
  [
    "a breaker that never rests",
    node("{ uses: simulate, breaker: { failures: 0, cooldown: never } }"),
    ["4:45 INVALID_VALUE nodes.a.breaker.failures", "4:58 INVALID_VALUE nodes.a.breaker.cooldown"],
  ],
  [
    "a breaker where nobody is called",
    node("{ uses: transform, with: { value: 1 }, breaker: {} }"),
    "4:54 warning INVALID_VALUE nodes.a.breaker",
  ],
  ["a budget below nothing", `${TWO}budget: { usd: -1 }\n`, "6:16 INVALID_VALUE budget.usd"],
  ["a budget of no number", `${TWO}budget: { usd: "5" }\n`, "6:16 INVALID_VALUE budget.usd"],
  ["a budget of something else", `${TWO}budget: { usd: 5, eur: 4 }\n`, "6:19 UNKNOWN_KEY budget.eur"],
  ["a budget of nothing", `${TWO}budget: {}\n`, "6:9 MISSING_VALUE budget.usd"],
  // part of the format, not yet acted on
  ["an activity to come", node("{ uses: shell, with: {} }"), "4:14 NOT_SUPPORTED_YET nodes.a.uses"],
  [
    "tries of a sub-pipeline as a whole",
    node("{ uses: pipeline, with: { path: x }, retry: { retries: 2 } }"),
    "4:50 INVALID_VALUE nodes.a.retry",
  ],
  [
    "a sub-pipeline from nowhere",
    node("{ uses: pipeline, with: { inputs: { a: 1 } } }"),
    "4:30 INVALID_VALUE nodes.a.with",
  ],
  // what changes nothing
  [
    "a time limit on what never takes long",
    node("{ uses: wait, with: { duration: 1h }, timeout: 5s }"),
    "4:53 warning NO_EFFECT nodes.a.timeout",
  ],
  [
    "a skip over nothing",
    edges("a -> b", "{ from: a, to: b, kind: skip, when: 'true' }"),
    "8:5 warning NO_EFFECT edges.1",
  ],
  [
    "an exhausted edge behind a loop that fails",
    edges(
      "a -> b",
      "{ from: b, on: ok, to: a, kind: loop, onExhausted: fail }",
      "{ from: b, on: exhausted, to: c }",
    ).replace("edges:", "  c: { uses: transform, with: { value: 3 } }\nedges:"),
    "10:20 warning NO_EFFECT edges.2.on",
  ],
  // conditions that cannot be one
  ["a sum as a condition", edges("{ from: a, to: b, when: 1 + 1 }"), "7:29 EXPRESSION_TYPE edges.0.when"],
  ["a text as a condition", edges("{ from: a, to: b, when: \"'x'\" }"), "7:29 EXPRESSION_TYPE edges.0.when"],
  [
    "a bar that is no comparison",
    node("{ uses: check, with: { score: 1, pass: '[1]' } }"),
    "4:45 EXPRESSION_TYPE nodes.a.with.pass",
  ],
  [
    "loops in each other that repeat an effect very often",
    [
      HEAD.trimEnd(),
      "nodes:",
      "  a: { uses: transform, with: { value: 1 } }",
      "  b: { uses: http, with: { url: 'https://example.com/' }, retry: { retries: 1 } }",
      "  c: { uses: gate, with: { rules: [{ when: 'false', outcome: again }], otherwise: ok } }",
      "edges:",
      "  - a -> b -> c",
      "  - { from: b, to: b, kind: loop, when: 'false', max: 99 }",
      "  - { from: c, to: a, kind: loop, on: again, max: 50 }",
      "",
    ].join("\n"),
    "9:55 warning MANY_EXECUTIONS edges.2.max",
  ],
  [
    "one fewer than many, or without effects, is nobody's business",
    [
      HEAD.trimEnd(),
      "nodes:",
      "  a: { uses: http, with: { url: 'https://example.com/' }, retry: { retries: 0 } }",
      "  b: { uses: transform, with: { value: 1 } }",
      "edges:",
      "  - a -> b",
      "  - { from: a, to: a, kind: loop, when: 'false', max: 9999 }",
      "  - { from: b, to: b, kind: loop, when: 'false', max: 1000000 }",
      "",
    ].join("\n"),
    [],
  ],
  ["triggers do no harm", `${TWO}triggers: [{ event: x }]\n`, "6:11 warning NOT_SUPPORTED_YET triggers"],
];

test.each(ROWS)("%s", (_, text, expected) => {
  const result = read(text, "t.layerloom.yaml");
  expect(shortly(result)).toEqual(typeof expected === "string" ? [expected] : expected);
  for (const problem of result.problems) {
    expect(problem.hint).toBeTruthy();
    expect(problem.message).toBeTruthy();
    expect(problem.place?.file).toBe("t.layerloom.yaml");
    expect(problem.message).not.toMatch(/\n|undefined|\[object/);
  }
});

test("each code that a file can have is in the table", () => {
  const codes: ErrorCode[] = [
    "YAML_SYNTAX",
    "YAML_LIMIT",
    "DUPLICATE_KEY",
    "INVALID_PIPELINE",
    "UNSUPPORTED_VERSION",
    "UNKNOWN_KEY",
    "INVALID_VALUE",
    "MISSING_VALUE",
    "INVALID_ID",
    "UNKNOWN_NODE",
    "UNKNOWN_ACTIVITY",
    "UNKNOWN_OUTCOME",
    "UNKNOWN_NAME",
    "DUPLICATE_EDGE",
    "CYCLE_WITHOUT_LOOP",
    "LOOP_TARGET_NOT_ANCESTOR",
    "INVALID_EDGE",
    "INVALID_JOIN",
    "EXPRESSION_SYNTAX",
    "EXPRESSION_TYPE",
    "EXPRESSION_FORBIDDEN",
    "NOT_SUPPORTED_YET",
  ];
  const all = ROWS.flatMap(([, , expected]) => expected).join("\n");
  for (const code of codes) expect(all).toContain(code);
});

describe("hints say what was meant", () => {
  test.each([
    [node("{ uses: transfrom }"), "did you mean transform?"],
    [`${TWO}edgs: []\n`, "did you mean edges?"],
    [node("{ uses: transform, with: { value: 1 }, tiemout: 3s }"), "did you mean timeout?"],
    [edges("{ from: a, to: b, when: nodes.c.output > 1 }"), "nodes of this pipeline: a, b"],
    [
      `${TWO}inputs: { threshold: {} }\nedges: [{ from: a, to: b, when: inputs.treshold > 1 }]\n`,
      "did you mean threshold?",
    ],
    [
      `${TWO}inputs: { threshold: {} }\nedges: [{ from: a, to: b, when: threshold > 1 }]\n`,
      "write inputs.threshold",
    ],
    [edges("{ from: a, to: b, when: a > 1 }"), "write nodes.a.output"],
    [edges("{ from: a, to: b, when: 1 = 1 }"), "compare with =="],
    [
      `${HEAD}nodes: { Fetch Data: {} }\n`,
      "an id is a lower-case letter, then letters, digits, - or _: fetch-data",
    ],
  ])("%#", (text, hint) => {
    expect(read(text).problems.map((problem) => problem.hint)).toContain(hint);
  });
});

describe("what is right stays without problems", () => {
  test.each([
    ["no edges", TWO],
    ["an empty map of nodes", `${HEAD}nodes:\nedges:\n`],
    [
      "outcomes of rules, of scripts and of people",
      `${HEAD}nodes:
  gate: { uses: gate, with: { rules: [{ when: "false", outcome: red }], otherwise: green } }
  ask: { uses: human, with: { title: "x \${{ 1 }}", outcomes: [yes-please, never] } }
  play: { uses: simulate, with: { script: [{ outcome: odd }, { error: transient }] } }
  end: { uses: transform, with: { value: 1 } }
edges:
  - { from: gate, on: red, to: ask }
  - { from: gate, on: [green], to: play }
  - { from: ask, on: yes-please, to: play }
  - { from: play, on: odd, to: end }
  - { from: play, on: error, to: end }
`,
    ],
    [
      "outcomes of an exhausted loop",
      `${HEAD}nodes:
  a: { uses: transform, with: { value: 1 } }
  b: { uses: check, with: { score: 1, pass: "score > loop.count && input == null" } }
  c: { uses: transform, with: { value: 1 } }
edges:
  - a -> b
  - { from: b, on: fail, to: a, kind: loop, feedback: "\${{ nodes.b.output }}" }
  - { from: b, on: exhausted, to: c }
  - { from: b, on: [approved, rejected], to: c }
`,
    ],
    [
      "reading back through a loop, and what is far behind",
      `${HEAD}nodes:
  a: { uses: transform, with: { value: "\${{ default(nodes.c.output, 0) }}" } }
  b: { uses: transform, with: { value: 1 } }
  c: { uses: transform, with: { value: "\${{ nodes.a.output }}" } }
edges:
  - a -> b -> c
  - { from: c, to: a, kind: loop, when: nodes.c.output < 3 }
`,
    ],
    [
      "expressions in place of any setting",
      node('{ uses: wait, with: { duration: "${{ inputs.pause }}" } }') +
        "inputs: { pause: { type: string } }\n",
    ],
    ["anchors and aliases", `${HEAD}nodes:\n  a: &a { uses: transform, with: { value: 1 } }\n  b: *a\n`],
    ["Windows line ends and a byte order mark", `\uFEFF${TWO.replaceAll("\n", "\r\n")}`],
    [
      "JSON",
      JSON.stringify({
        layerloom: 1,
        name: "t",
        nodes: { a: { uses: "transform", with: { value: 1 } } },
        edges: [],
      }),
    ],
  ])("%s", (_, text) => {
    expect(read(text).problems).toEqual([]);
  });
});
