/** Quotes with exact figures: of scripts, of prices, of what only people know. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { PipelineDefinition } from "#contract/definition.ts";
import type { QuoteRequest } from "#contract/engine-api.ts";
import type { Json } from "#contract/json.ts";
import type { NodeQuote, Quote } from "#contract/quote.ts";
import { quote } from "#engine/open.ts";
import { createExpressionLanguage } from "#expression/expression.ts";
import { defineActivity } from "#ports/activity.ts";
import { Program } from "#runtime/program.ts";
import { quoteRequest } from "#runtime/quote/quote.ts";
import { simulated } from "./simulated.ts";

const HEAD = "layerloom: 1\nname: t\n";

function quoted(text: string, rest: Omit<QuoteRequest, "text"> = {}): Promise<Quote> {
  return quote({ text: HEAD + text, ...rest });
}

/** `$0.02 40ms … $0.08 160ms`: expected and at worst, `≥` where a part is missing, `?` where nothing is known. */
function shortly({ expected, worst }: Pick<NodeQuote, "expected" | "worst">): string {
  const amount = (one: NodeQuote["expected"]): string => {
    if (one === null) return "–";
    return [one.usd, one.ms].map(({ value, atLeast }) => `${atLeast ? "≥" : ""}${value ?? "?"}`).join(" ");
  };
  return `${amount(expected)} | ${amount(worst)}`;
}

async function nodesOf(text: string, rest: Omit<QuoteRequest, "text"> = {}): Promise<Record<string, string>> {
  const { nodes } = await quoted(text, rest);
  return Object.fromEntries(nodes.map((node) => [node.id, shortly(node)]));
}

const LOOP = `nodes:
  draft: { uses: simulate, with: { delay: 40ms, script: [{ error: transient, usd: 0.01 }, { usd: 0.02 }, { usd: 0.05 }] }, retry: { initial: 1s, retries: 2, jitter: none } }
  review: { uses: gate, with: { rules: [{ when: "false", outcome: again }], otherwise: done } }
edges:
  - draft -> review
  - { from: review, on: again, to: draft, kind: loop, max: 3, onExhausted: continue }
`;

describe("a script", () => {
  it("is played: one activation as expected, all that can be at worst", async () => {
    const { nodes, expected, worst, path } = await quoted(LOOP);
    const [draft, review] = nodes;
    expect(draft).toMatchObject({ activations: 4, attempts: 12 });
    // Expected: fails at 40 ms, waits 1 s, 40 ms. At worst: then three more activations of 40 ms and $0.05.
    expect(draft && shortly(draft)).toBe("0.03 1080 | 0.18 1200");
    expect(draft?.expected?.usd.basis).toBe("script");
    expect(review && shortly(review)).toBe("0 0 | 0 0");
    expect(expected).toEqual({ usd: 0.03, ms: 1_080, unknownUsd: [], unknownMs: [] });
    expect(worst).toEqual({ usd: 0.18, ms: 1_200, unknownUsd: [], unknownMs: [] });
    expect(path).toEqual(["draft"]);
  });

  it("counts guesses that are wrong, as many as there may be", async () => {
    const partials = ["a", "b", "c"]
      .map((plan, n) => `{ after: ${n}s, output: { plan: ${plan} } }`)
      .join(", ");
    const output = 'output: "${{ nodes.reason.output.plan }}"';
    const text = (speculate: string) => `nodes:
  reason: { uses: simulate, ${speculate} with: { delay: 9s, script: [{ output: { plan: d }, partial: [${partials}] }] } }
  execute: { uses: simulate, pure: true, retry: { retries: 1 }, with: { script: [{ ${output}, usd: 0.25 }, { ${output}, usd: 0.5 }] } }
edges:
  - reason -> execute
  - { from: execute, when: "false", to: reason, kind: loop, max: 1, onExhausted: continue }
`;
    const alone = await nodesOf(text(""));
    expect(alone.execute).toBe("0.25 0 | 0.75 0");
    // Two activations of reason, three guesses each.
    const guessed = await nodesOf(text("speculate: [execute],"));
    expect(guessed.execute).toBe("0.25 0 | 3.75 0");
    const { run } = await simulated(HEAD + text("speculate: [execute],"));
    expect(run.nodes.execute).toMatchObject({ attempts: 1, cost: { usd: 1 } });
  });

  it("at worst is what the busiest run comes to", async () => {
    const text = HEAD + LOOP.replace('when: "false"', 'when: "true"');
    const { worst } = await quote({ text });
    const { run } = await simulated(text);
    expect([run.cost.usd, run.durationMs]).toEqual([worst.usd, worst.ms]);
  });

  it("fails for good where it says so, and after the last try", async () => {
    expect(
      await nodesOf(`nodes:
  permanent: { uses: simulate, with: { script: [{ error: permanent, usd: 1 }, { usd: 5 }] } }
  spent: { uses: simulate, with: { script: [{ error: transient, usd: 1 }] }, retry: { retries: 2, initial: 1s, jitter: none } }
  asked: { uses: simulate, with: { script: [{ error: transient, retryAfter: 7s }, {}] } }
  lucky: { uses: simulate, with: { script: [{ error: transient }, {}] }, retry: { initial: 2s } }
  again: { uses: simulate, with: { script: [{ error: quality, usd: 1 }, { usd: 2 }] } }
  late: { uses: simulate, timeout: 1s, with: { delay: 5s, script: [{ usd: 1 }, { delay: 0s }] }, retry: { initial: 2s, jitter: none } }
`),
    ).toEqual({
      permanent: "1 0 | 1 0",
      spent: "3 3000 | 3 3000",
      asked: "0 7000 | 0 7000",
      lucky: "0 1000 | 0 2000",
      again: "3 0 | 3 0",
      late: "0 3000 | 0 3000",
    });
  });

  it("goes on along the chain", async () => {
    expect(
      await nodesOf(`nodes:
  a:
    uses: llm
    with: { prompt: Hi, provider: simulated, simulate: { delay: 1s, script: [{ error: permanent, usd: 1 }, { error: permanent, usd: 2 }, { usd: 4, output: Hello }] } }
    fallback: [haiku, { template: "-" }]
`),
    ).toEqual({ a: "3 2000 | 3 2000" });
  });
});

describe("a model", () => {
  const ask = (rest: string): string =>
    `nodes:\n  a: { uses: llm, with: { ${rest} }, retry: { retries: 1, initial: 1s, jitter: none } }\n`;

  it("costs what the price list says: 1,000 tokens of answer expected, maxTokens and every try at worst", async () => {
    // 40 letters are 10 tokens, at worst one a byte and 1,000 around them, at $4 a million; answers at $20 a million.
    const prompt = "x".repeat(40);
    expect(await nodesOf(ask(`model: opus, prompt: ${prompt}, maxTokens: 2000`))).toEqual({
      a: `${(10 * 4 + 1_000 * 20) / 1e6} ? | ${(2 * (1_040 * 4 + 2_000 * 20)) / 1e6} ${2 * 600_000 + 1_000}`,
    });
    const { nodes } = await quoted(ask(`model: opus, prompt: ${prompt}`));
    expect(nodes[0]?.expected?.usd.basis).toBe("price list");
    expect(nodes[0]?.worst.ms.basis).toBe("settings");
  });

  it("is as long as its inputs, and at least that where the run puts something in", async () => {
    const inputs = "inputs: { who: { type: string, required: true } }\n";
    const text = `${inputs}${ask("model: fable, maxTokens: 1, prompt: 'Ask ${{ inputs.who }}'")}`;
    const cost = (tokens: number): number => (tokens * 8 + 40) / 1e6;
    expect((await nodesOf(text, { inputs: { who: "me, and him" } })).a).toMatch(`${cost(4)} ?`);
    expect((await nodesOf(text, { inputs: { who: "日本語" } })).a).toMatch(`${cost(4)} ?`);
    const open = await quoted(text);
    expect(open.nodes[0] && shortly(open.nodes[0])).toMatch(`≥${cost(1)} ?`);
    expect(open.expected.unknownUsd).toEqual(["a"]);
    expect((await nodesOf(ask("prompt: 'Ask ${{ run.id }}'"))).a).toMatch("≥");
  });

  it("without a price is unknown, never free", async () => {
    const { nodes, worst } = await quoted(ask("model: mystery, prompt: Hi"));
    expect(nodes[0]?.worst.usd).toEqual({ value: null, basis: "unknown" });
    expect(worst).toMatchObject({ usd: 0, unknownUsd: ["a"] });
  });

  it("that is simulated costs nothing and speaks 25 ms a word", async () => {
    const play = 'simulate: { script: [{ output: "three short words" }] }';
    expect(await nodesOf(ask(`prompt: Hi, ${play}`), { provider: "simulated" })).toEqual({
      a: "0 75 | 0 75",
    });
    expect(await nodesOf(ask("prompt: Hi, simulate: { delay: 2s }"), { provider: "simulated" })).toEqual({
      a: "0 2000 | 0 5000",
    });
    expect((await nodesOf(ask("prompt: Hi"), { provider: "simulated" })).a).toBe("0 ? | 0 1201000");
  });

  it("never comes to more than the budget, known or not", async () => {
    const budget = (usd: number) => `budget: { usd: ${usd} }\n`;
    const dear = "model: opus, prompt: Hi, maxTokens: 100000";
    const worst = async (text: string) => {
      const { worst: total, budget: told } = await quoted(text);
      return [total.usd, total.unknownUsd, told];
    };
    expect(await worst(`${budget(1)}${ask(dear)}`)).toEqual([1, [], 1]);
    expect((await worst(`${budget(9)}${ask(dear)}`))[0]).toBeCloseTo(4.008, 2);
    expect(await worst(`${budget(1)}${ask("model: mystery, prompt: Hi")}`)).toEqual([1, [], 1]);
  });

  it("of the chain is asked after it", async () => {
    const text = ask("model: opus, prompt: '', maxTokens: 1000").replace("retries: 1", "retries: 0");
    const withChain = text.replace(" }\n", ", fallback: [haiku, human] }\n");
    expect((await nodesOf(text)).a).toBe("0.02 ? | 0.024 600000");
    expect((await nodesOf(withChain)).a).toBe(`0.02 ? | ${0.024 + 0.0006} ≥1200000`);
  });
});

describe("time", () => {
  it("of people is unknown, of waits is written down", async () => {
    expect(
      await nodesOf(`nodes:
  ask: { uses: human, with: { title: Well? } }
  hurry: { uses: human, with: { title: Well?, timeout: 2h } }
  wait: { uses: wait, with: { duration: 5m } }
  past: { uses: wait, with: { until: "2001-01-01T00:00:00Z" } }
  later: { uses: wait, with: { duration: "\${{ run.id }}" } }
  fetch: { uses: http, with: { url: "https://example.com/" }, retry: { retries: 1, initial: 1s } }
`),
    ).toEqual({
      ask: "0 ? | 0 ?",
      hurry: "0 ? | 0 7200000",
      wait: "0 300000 | 0 300000",
      past: "0 0 | 0 0",
      later: "0 ? | 0 ?",
      fetch: "0 ? | 0 121000",
    });
  });

  it("is that of the longest way, and side by side costs add up", async () => {
    const { expected, worst, path } = await quoted(`nodes:
  a: { uses: simulate, with: { delay: 1s, script: [{ usd: 1 }] } }
  b: { uses: simulate, with: { delay: 5s, script: [{ usd: 1 }] } }
  c: { uses: simulate, with: { delay: 2s, script: [{ usd: 1 }] } }
  d: { uses: simulate, with: { delay: 3s, script: [{ usd: 1 }] } }
edges: [a -> b -> d, a -> c -> d]
`);
    expect([expected.usd, expected.ms, worst.usd, worst.ms, path]).toEqual([
      4,
      9_000,
      4,
      9_000,
      ["a", "b", "d"],
    ]);
  });

  it("asks a person at the end of a loop, who takes as long as people do", async () => {
    const { worst } = await quoted(LOOP.replace(", onExhausted: continue", ""));
    expect(worst).toMatchObject({ ms: 1_200, unknownMs: ["review"] });
  });
});

describe("what does not run each time", () => {
  it("is not expected when only a failure or a spent loop leads there, but possible", async () => {
    const { nodes, expected } = await quoted(`nodes:
  a: { uses: simulate }
  sorry: { uses: simulate, with: { script: [{ usd: 1 }] } }
  stop: { uses: simulate, with: { script: [{ usd: 1 }] } }
  after: { uses: simulate }
edges:
  - { from: a, to: sorry, kind: error }
  - { from: a, on: [exhausted], to: stop }
  - { from: a, on: ok, to: a, kind: loop }
  - sorry -> after
`);
    expect(nodes.map(shortly)).toEqual(["0 0 | 0 0", "– | 1 0", "– | 1 0", "– | 0 0"]);
    expect(expected.usd).toBe(0);
  });
});

describe("items", () => {
  const each = (list: string, rest = ""): string => `inputs: { names: { type: array } }
nodes:
  list: { uses: simulate }
  each: { uses: simulate, forEach: ${list}, maxConcurrent: 2, with: { delay: 10s, script: [{ usd: 0.5 }] }, retry: { retries: 0 }${rest} }
edges: [list -> each]
`;

  it("multiply the cost, and the time by how many rounds they need", async () => {
    const literal = await quoted(each("[a, b, c]"));
    expect(literal.nodes[1]).toMatchObject({ items: 3, activations: 1, attempts: 1 });
    expect(literal.nodes[1] && shortly(literal.nodes[1])).toBe("1.5 20000 | 1.5 20000");
    expect(literal.worst).toMatchObject({ usd: 1.5, ms: 20_000, unknownUsd: [] });
    const given = await nodesOf(each('"${{ inputs.names }}"'), { inputs: { names: [1, 2, 3, 4, 5] } });
    expect(given.each).toBe("2.5 30000 | 2.5 30000");
    expect((await nodesOf(each('"${{ inputs.names }}"'), { inputs: { names: [] } })).each).toBe("0 0 | 0 0");
  });

  it("are tried again one by one", async () => {
    const flaky = each("[a, b]").replace("retries: 0", "retries: 1, initial: 4s, jitter: none");
    const text = flaky.replace(
      "script: [{ usd: 0.5 }]",
      "script: [{ error: transient, usd: 0.5 }, { usd: 0.5 }]",
    );
    const { nodes } = await quoted(text);
    expect(nodes[1]).toMatchObject({ items: 2, activations: 1, attempts: 2 });
    expect(nodes[1] && shortly(nodes[1])).toBe("2 24000 | 2 24000");
    const { run } = await simulated(HEAD + text);
    expect([run.cost.usd, run.durationMs]).toEqual([2, 24_000]);
  });

  it("of which only the run knows how many are quoted one by one", async () => {
    for (const list of ['"${{ nodes.list.output }}"', '"${{ inputs.names }}"']) {
      const { nodes, worst } = await quoted(each(list));
      expect(nodes[1]?.items).toBeNull();
      expect(nodes[1] && shortly(nodes[1])).toBe("≥0.5 ≥10000 | ≥0.5 ≥10000");
      expect(worst).toMatchObject({ usd: 0.5, unknownUsd: ["each"], unknownMs: ["each"] });
    }
  });
});

describe("a sub-pipeline", () => {
  const PAID = "{ uses: simulate, with: { delay: 2s, script: [{ usd: 0.1 }] }, retry: { retries: 0 } }";
  const started = (inner: string, more = "", inputs = ""): string =>
    `nodes: { sub: { uses: pipeline, with: { pipeline: { ${inner} }${inputs} }${more} } }`;
  const twice = `nodes: { a: ${PAID}, b: ${PAID} }, edges: [a -> b]`;
  const insideOf = ({ nodes }: Quote): readonly string[] =>
    (nodes[0]?.inside ?? []).map(
      (node) => `${node.id} ${node.activations} ${node.attempts} ${shortly(node)}`,
    );

  it("costs and takes what its nodes do, and tries nothing again by itself", async () => {
    const quote = await quoted(started(twice));
    expect(quote.nodes[0]).toMatchObject({ activations: 1, attempts: 1 });
    expect(quote.nodes.map(shortly)).toEqual(["0.2 4000 | 0.2 4000"]);
    expect(quote.nodes[0]?.expected?.usd.basis).toBe("script");
    expect(insideOf(quote)).toEqual(["a 1 1 0.1 2000 | 0.1 2000", "b 1 1 0.1 2000 | 0.1 2000"]);
    expect(quote.worst).toMatchObject({ usd: 0.2, ms: 4_000, unknownUsd: [], unknownMs: [] });
  });

  it("is multiplied by the items of a list and the rounds of a loop", async () => {
    const list = started(twice, ", forEach: [1, 2, 3], maxConcurrent: 2");
    const quote = await quoted(list);
    expect(quote.nodes.map(shortly)).toEqual(
      ["0.6 8000 | 0.6 8000"].map((text) => text.replaceAll("0.6", `${0.2 * 3}`)),
    );
    expect(insideOf(quote).map((text) => text.split(" ").slice(0, 3).join(" "))).toEqual(["a 3 3", "b 3 3"]);
    const rounds = await quoted(
      `${list}\nedges: [{ from: sub, to: sub, kind: loop, max: 2, on: ok, onExhausted: continue }]`,
    );
    expect(insideOf(rounds)[0]).toMatch(/^a 9 9 /);
    expect(rounds.worst).toMatchObject({ ms: 24_000 });
    const { run } = await simulated(
      `${HEAD}${list}\nedges: [{ from: sub, to: sub, kind: loop, max: 2, on: ok, onExhausted: continue }]`,
    );
    expect(run.cost.usd).toBeCloseTo(rounds.worst.usd, 9);
    expect(run.durationMs).toBe(24_000);
  });

  it("of which only the run knows how often it starts is quoted for one item", async () => {
    const quote = await quoted(
      started(twice, ', forEach: "${{ inputs.names }}"').replace(
        "nodes:",
        "inputs: { names: { type: array } }\nnodes:",
      ),
    );
    expect(quote.nodes.map(shortly)).toEqual(["≥0.2 ≥4000 | ≥0.2 ≥4000"]);
    expect(insideOf(quote)[0]).toMatch(/^a 1 1 /);
  });

  it("knows its inputs where they are known, and no default in place of what only the run knows", async () => {
    const inner =
      `inputs: { list: { type: array, default: [] } }, nodes: { a: { ...PAID, forEach: "\${{ inputs.list }}" } }`.replace(
        "...PAID",
        PAID.slice(2, -2),
      );
    const known = await quoted(started(inner, "", ", inputs: { list: [1, 2] }"));
    expect(known.nodes.map(shortly)).toEqual(["0.2 2000 | 0.2 2000"]);
    const open = await quoted(started(inner, ", forEach: [[1], [2]]", ', inputs: { list: "${{ item }}" }'));
    expect(open.nodes.map(shortly)).toEqual(["≥0.2 ≥2000 | ≥0.2 ≥2000"]);
    expect((await quoted(started(inner))).nodes.map(shortly)).toEqual(["0 0 | 0 0"]);
  });

  it("of a file is quoted too, one that starts itself as deep as it may", async () => {
    const folder = mkdtempSync(join(tmpdir(), "layerloom-quote-"));
    try {
      const self = `layerloom: 1
name: self
nodes:
  a: ${PAID}
  again: { uses: pipeline, with: { path: self.layerloom.yaml } }
edges: [{ from: a, when: nodes.a.output == null, to: again }]
`;
      writeFileSync(join(folder, "self.layerloom.yaml"), self);
      const request = { text: self, file: join(folder, "self.layerloom.yaml"), folder };
      const { worst, nodes } = await quote(request);
      // At depths 0 to 3; at the deepest its last node fails before anything starts.
      expect(worst).toMatchObject({ ms: 8_000, unknownUsd: [] });
      expect(worst.usd).toBeCloseTo(0.4, 9);
      expect(nodes[1]?.inside?.[1]?.inside?.[1]?.inside?.[1]).toMatchObject({
        id: "again",
        worst: { usd: { value: 0 } },
      });
      const gone = await quote({ ...request, text: self.replace("self.layerloom", "gone.layerloom") });
      expect(gone.worst).toMatchObject({ usd: 0.1, unknownUsd: ["again"], unknownMs: ["again"] });
      const large = `${self}${"# so much\n".repeat(8_000)}`;
      writeFileSync(join(folder, "large.layerloom.yaml"), large);
      const unread = await quote({ ...request, text: self.replace("self.layerloom", "large.layerloom") });
      expect(unread.worst).toMatchObject({ unknownUsd: ["again"] });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("that is started in ever more ways is quoted once for each depth", async () => {
    const folder = mkdtempSync(join(tmpdir(), "layerloom-quote-"));
    try {
      const ways = Array.from({ length: 12 }, (_, at) => `to${at}`);
      const self = `layerloom: 1
name: self
maxRecursionDepth: 5
nodes:
  a: ${PAID}
${ways.map((id) => `  ${id}: { uses: pipeline, with: { path: self.layerloom.yaml } }`).join("\n")}
edges:
${ways.map((id) => `  - { from: a, when: nodes.a.output == null, to: ${id} }`).join("\n")}
`;
      writeFileSync(join(folder, "self.layerloom.yaml"), self);
      const told = await quote({ text: self, file: join(folder, "self.layerloom.yaml"), folder });
      const { worst } = told;
      // Six depths of 13 nodes in 12 ways would be three million rows.
      expect(JSON.stringify(told).length).toBeLessThan(10_000_000);
      expect(worst.unknownUsd).toEqual([]);
      expect(worst.usd).toBeCloseTo(0.1 * (1 + 12 + 12 ** 2 + 12 ** 3 + 12 ** 4 + 12 ** 5), 3);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("is unknown, not free, where only the run knows which one it is", async () => {
    const { nodes, worst } = await quoted(
      'nodes: { sub: { uses: pipeline, with: { path: "${{ run.id }}.layerloom.yaml" } } }',
    );
    expect(nodes[0]).toMatchObject({ activations: 1, attempts: 1 });
    expect(worst).toMatchObject({ unknownUsd: ["sub"], unknownMs: ["sub"] });
  });

  it("comes to no more than the quote says, whatever happens", async () => {
    const node = fc.record({
      script: fc.array(fc.tuple(fc.constantFrom("ok", "transient", "permanent"), fc.nat(3)), {
        minLength: 1,
        maxLength: 3,
      }),
      retries: fc.nat(2),
      items: fc.option(fc.nat(4)),
      atOnce: fc.option(fc.integer({ min: 1, max: 3 })),
      rounds: fc.nat(2),
      chained: fc.boolean(),
    });
    type Node = typeof node extends fc.Arbitrary<infer N> ? N : never;
    const pipelineOf = (nodes: readonly Node[], inside: readonly Node[][]): object => ({
      maxConcurrent: 2,
      nodes: Object.fromEntries(
        nodes.map(({ script, retries, items, atOnce }, at) => {
          const list =
            items === null
              ? {}
              : {
                  forEach: Array.from({ length: items }, () => 0),
                  ...(atOnce === null ? {} : { maxConcurrent: atOnce }),
                  onItemError: "collect",
                };
          const [inner, ...deeper] = at % 2 === 0 ? inside : [];
          if (inner)
            return [
              `n${at}`,
              { uses: "pipeline", default: 0, with: { pipeline: pipelineOf(inner, deeper) }, ...list },
            ];
          const played = script.map(([what, seconds]) => ({
            delay: `${seconds}s`,
            usd: 1,
            ...(what === "ok" ? {} : { error: what }),
          }));
          return [
            `n${at}`,
            {
              uses: "simulate",
              default: 0,
              retry: { retries, initial: "1s", jitter: "none" },
              with: { script: played },
              ...list,
            },
          ];
        }),
      ),
      edges: nodes.flatMap(({ rounds, chained }, at) => [
        ...(chained && at > 0 ? [{ from: `n${at - 1}`, to: `n${at}` }] : []),
        ...(rounds > 0
          ? [{ from: `n${at}`, to: `n${at}`, kind: "loop", max: rounds, onExhausted: "continue" }]
          : []),
      ]),
    });
    const nodes = fc.array(node, { minLength: 1, maxLength: 3 });
    let paid = 0;
    await fc.assert(
      fc.asyncProperty(nodes, fc.array(nodes, { minLength: 1, maxLength: 2 }), async (outer, inside) => {
        const text = JSON.stringify({ layerloom: 1, name: "t", ...pipelineOf(outer, inside) });
        const { worst } = await quote({ text });
        const { run } = await simulated(text);
        expect(worst.unknownUsd).toEqual([]);
        expect(run.cost.usd).toBeLessThanOrEqual(worst.usd);
        expect(run.durationMs).toBeLessThanOrEqual(worst.ms);
        if (run.cost.usd === worst.usd && worst.usd > 0) paid += 1;
      }),
      { numRuns: 60 },
    );
    // The bound is one that runs come to, not merely a large number.
    expect(paid).toBeGreaterThan(10);
  });
});

it("a pinned node costs nothing, for it does not run", async () => {
  const { nodes } = await quoted(
    "nodes: { a: { uses: simulate, with: { script: [{ usd: 9 }] }, pin: { output: 1 } } }",
  );
  expect(nodes[0]).toMatchObject({ attempts: 0 });
  expect(nodes.map(shortly)).toEqual(["0 0 | 0 0"]);
});

it("an activity that says nothing of itself is unknown, not free", async () => {
  const silent = defineActivity({
    info: { name: "silent", title: "Silent", description: "", icon: "x", pure: false, example: {} },
    input: () => z.unknown(),
    output: () => z.json() as z.ZodType<Json>,
    run: () => ({ type: "done", output: null }),
  });
  const definition: PipelineDefinition = {
    layerloom: 1,
    name: "t",
    nodes: { a: { uses: "silent" } },
    edges: [],
  };
  const language = createExpressionLanguage();
  const program = new Program(definition, new Map([["silent", silent]]), language);
  const { worst } = quoteRequest(program, {}, { language, now: 0 });
  expect(worst).toMatchObject({ unknownUsd: ["a"], unknownMs: ["a"] });
});

describe("bad input", () => {
  it("is refused as a run refuses it", async () => {
    await expect(quoted("nodes: { a: { uses: nonsense } }")).rejects.toMatchObject({
      code: "INVALID_PIPELINE",
    });
    const inputs = "inputs: { n: { type: number } }\nnodes: { a: { uses: simulate } }";
    await expect(quoted(inputs, { inputs: { m: 1 } })).rejects.toMatchObject({ code: "UNKNOWN_INPUT" });
    await expect(quoted(inputs, { inputs: { n: "x" } })).rejects.toMatchObject({ code: "INVALID_INPUT" });
  });
});
