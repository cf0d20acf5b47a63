/** What makes no sense in a fallback chain or in changed settings: found before a run, with its place. */
import { expect, test } from "vitest";
import { read } from "./support/read.ts";

const HEAD = "layerloom: 1\nname: t\nnodes:\n";

/** `line:column CODE message (hint)`. */
const findings = (text: string): readonly string[] =>
  read(text).problems.map(
    ({ place, code, message, hint, severity }) =>
      `${place?.line}:${place?.column} ${severity === "warning" ? "(warning) " : ""}${code} ${message} (${hint})`,
  );
const chain = (uses: string, fallback: string): readonly string[] =>
  findings(`${HEAD}  a: { fallback: ${fallback}, ${uses} }\n`);

const LLM = "uses: llm, with: { prompt: p, model: opus }";
const ORDER = "(the order is models, then one template, then human)";

test("a chain that can be walked to its end is no finding", () => {
  expect(chain(LLM, "[sonnet, claude-haiku-5-5, my-own-model, { template: x }, human]")).toEqual([]);
  expect(chain("uses: check, with: { pass: 'true' }", "[{ template: x }, human]")).toEqual([]);
});

test("a link that is never come to", () => {
  expect(chain(LLM, "[human, haiku]")).toEqual([
    `4:26 INVALID_VALUE nothing comes after human: a person is never given up ${ORDER}`,
  ]);
  expect(chain(LLM, "[{ template: x }, haiku]")).toEqual([
    `4:36 INVALID_VALUE only human comes after a template, which nothing can stop ${ORDER}`,
  ]);
  expect(chain(LLM, "[{ template: x }, { template: y }]")).toHaveLength(1);
  expect(chain(LLM, "[haiku, haiku]")).toEqual([
    `4:26 INVALID_VALUE "haiku" has been tried before in this chain ${ORDER}`,
  ]);
  expect(chain(LLM, "[opus]")).toEqual([
    `4:19 INVALID_VALUE "opus" has been tried before in this chain ${ORDER}`,
  ]);
});

test("a model for what asks none, or one that is nearly known", () => {
  expect(chain("uses: transform, with: { value: 1 }", "[haiku]")).toEqual([
    '4:19 INVALID_VALUE a transform node asks no model, so "haiku" cannot take over (write { template: … } or human: only llm and simulate nodes have models)',
  ]);
  expect(chain(LLM, "[sonet, humen]")).toEqual([
    '4:19 (warning) UNKNOWN_NAME there is no model "sonet" that Layerloom knows (did you mean sonnet?)',
    '4:26 (warning) UNKNOWN_NAME there is no model "humen" that Layerloom knows (did you mean human?)',
  ]);
});

test("names in a template, and links that are none", () => {
  expect(chain(LLM, '[{ template: "${{ error.message }} ${{ attempt }}" }]')).toEqual([
    expect.stringContaining('UNKNOWN_NAME unknown name "attempt"'),
  ]);
  expect(chain(LLM, "[]")).toEqual([expect.stringMatching(/^4:18 INVALID_VALUE/)]);
  expect(chain(LLM, "[{ templat: x }]")).not.toEqual([]);
});

test("an edge may name ok where a template can stand in", () => {
  const edge = "  b: { uses: simulate }\nedges:\n  - { from: a, on: ok, to: b }\n";
  const check = "uses: check, with: { pass: 'true' }";
  expect(findings(`${HEAD}  a: { ${check}, fallback: [{ template: x }] }\n${edge}`)).toEqual([]);
  expect(findings(`${HEAD}  a: { ${check}, fallback: [human] }\n${edge}`)).toHaveLength(1);
});

const loop = (adjust: string, kind = "loop"): readonly string[] =>
  findings(
    `${HEAD}  a: { uses: llm, with: { prompt: p } }\n  b: { uses: check, with: { pass: "true" } }\nedges:\n  - a -> b\n  - { adjust: ${adjust}, from: b, on: fail, to: a, kind: ${kind} }\n`,
  );

test("a loop changes settings that its target has, to values that fit", () => {
  expect(
    loop('{ effort: high, maxTokens: "${{ loop.count * 100 }}", model: "${{ nodes.b.output.reason }}" }'),
  ).toEqual([]);
  expect(loop("{ temperature: 0.2 }")).toEqual([
    expect.stringMatching(/^8:17 UNKNOWN_KEY unknown key "temperature"/),
  ]);
  expect(loop("{ effrt: high }")).toEqual(['8:17 UNKNOWN_KEY unknown key "effrt" (did you mean effort?)']);
  expect(loop("{ effort: hard }")).toEqual([
    expect.stringMatching(/^8:25 INVALID_VALUE "effort" cannot be "hard"/),
  ]);
  expect(loop('{ effort: "${{ nothing }}" }')).toEqual([expect.stringMatching(/^8:25 UNKNOWN_NAME/)]);
});

test("only a loop changes settings", () => {
  const text = `${HEAD}  a: { uses: llm, with: { prompt: p } }\n  b: { uses: llm, with: { prompt: p } }\nedges:\n  - { from: a, to: b, on: ok, adjust: { effort: high } }\n`;
  expect(findings(text)).toEqual([
    '7:39 INVALID_EDGE An edge of kind branch takes no "adjust" (Only loop edges have "adjust")',
  ]);
});

test("tries after a failure of quality change settings of their own node", () => {
  const tries = (adjust: string): readonly string[] =>
    findings(
      `${HEAD}  a: { retry: { adjust: ${adjust} }, uses: llm, with: { prompt: p, maxTokens: many } }\n`,
    ).filter((line) => !line.includes("many"));
  expect(tries('{ effort: max, prompt: "${{ attempt }}: ${{ error.message }}" }')).toEqual([]);
  expect(tries("{ effort: 3 }")).toEqual([expect.stringMatching(/^4:35 INVALID_VALUE "effort"/)]);
  expect(tries("{ promt: x }")).toEqual([expect.stringMatching(/^4:27 UNKNOWN_KEY unknown key "promt"/)]);
});

test("settings of one activity are no default of all", () => {
  const text = `${HEAD}  a: { uses: simulate }\ndefaults: { retry: { adjust: { delay: 1s } } }\n`;
  expect(findings(text)).toEqual([
    expect.stringMatching(/^5:30 INVALID_VALUE "adjust" names settings of one/),
  ]);
});
