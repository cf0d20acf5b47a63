/**
 * What nodes come to that start another pipeline: it is quoted in turn, where it is known which one it is. How it is read
 * is the caller's affair; what cannot be read is not known.
 */
import { DEFAULT_RECURSION_DEPTH, type PipelineDefinition } from "#contract/definition.ts";
import type { Json, JsonObject } from "#contract/json.ts";
import type { Figure, NodeQuote, Quote, Total } from "#contract/quote.ts";
import { times } from "#core/bounds.ts";
import { figure, UNKNOWN } from "#ports/estimate.ts";
import type { Program } from "#runtime/program.ts";
import type { PipelineSource } from "#runtime/programs.ts";
import { inlineText } from "#runtime/sub-pipeline.ts";
import { scaled } from "./figures.ts";
import type { KnownSettings } from "./settings.ts";

/** Quotes made for one request at most, and characters of a text that is read for one. */
const QUOTES = 200;
const CHARACTERS = 64 * 1024;
/** Nodes listed under one. */
const LISTED = 200;

export type SubReader = {
  /** Both throw what a run throws. */
  source(path: string, from: string | null): PipelineSource;
  read(text: string, file: string | undefined): Program;
};

/** A pipeline that is started, and where: `open` are inputs of which only the run knows the value. */
export type Started = {
  readonly program: Program;
  readonly inputs: JsonObject;
  readonly open: ReadonlySet<string>;
  readonly file: string | null;
  readonly depth: number;
};

/** `too-deep`: the node fails before anything starts. Undefined: nobody knows. */
export type SubQuote = Quote | "too-deep" | undefined;

export class SubQuotes {
  readonly #reader: SubReader;
  readonly #quote: (started: Started) => Quote;
  readonly #maximum: number;
  readonly #made = new Map<string, Quote | undefined>();

  /** `root`: the first pipeline, whose depth counts. */
  constructor(root: PipelineDefinition, reader: SubReader, quote: (started: Started) => Quote) {
    this.#reader = reader;
    this.#quote = quote;
    this.#maximum = root.maxRecursionDepth ?? DEFAULT_RECURSION_DEPTH;
  }

  /** `by`: the pipeline that the node is in. */
  of(id: string, by: Started, known: KnownSettings): SubQuote {
    if (by.depth >= this.#maximum) return "too-deep";
    const { pipeline, path, inputs = {} } = by.program.definition.nodes[id]?.with ?? {};
    try {
      const source =
        pipeline === undefined
          ? this.#source(known.settle(path ?? ""), by.file)
          : { text: inlineText(id, pipeline), file: by.file };
      return source && this.#once(source, known.settle(inputs), by.depth + 1);
    } catch {
      // It cannot be read, or what it is given cannot be right: the run says so, at the node.
      return undefined;
    }
  }

  #source(path: Json, from: string | null): PipelineSource | undefined {
    return typeof path === "string" && !isOpen(path) ? this.#reader.source(path, from) : undefined;
  }

  #once({ text, file }: PipelineSource, given: Json, depth: number): Quote | undefined {
    const key = JSON.stringify([text, file, given, depth]);
    if (this.#made.has(key)) return this.#made.get(key);
    if (this.#made.size >= QUOTES || text.length > CHARACTERS) return undefined;
    // One that starts itself with the same inputs stands one deeper: no quote waits for itself.
    this.#made.set(key, undefined);
    const program = this.#reader.read(text, file ?? undefined);
    const quote = this.#quote({ program, ...givenTo(program.definition, given), file, depth });
    this.#made.set(key, quote);
    return quote;
  }
}

function givenTo(
  { inputs: declared = {} }: PipelineDefinition,
  given: Json,
): Pick<Started, "inputs" | "open"> {
  if (typeof given !== "object" || given === null || Array.isArray(given))
    return { inputs: {}, open: new Set(Object.keys(declared)) };
  const entries = Object.entries(given);
  const open = new Set(entries.flatMap(([name, value]) => (isOpen(value) ? [name] : [])));
  return { inputs: Object.fromEntries(entries.filter(([name]) => !open.has(name))), open };
}

/** An expression is left in it: only the run knows. */
function isOpen(value: Json): boolean {
  return JSON.stringify(value).includes("${{");
}

/** A sum as one figure. It rests on what most of it rests on. */
export function asFigure(total: Total, of: "usd" | "ms", parts: readonly Figure[]): Figure {
  const missing = (of === "usd" ? total.unknownUsd : total.unknownMs).length > 0;
  if (missing && total[of] === 0) return UNKNOWN;
  const known = parts.filter(({ value }) => value !== null);
  const most = known.reduce(
    (a, b) => ((b.value ?? 0) > (a.value ?? 0) ? b : a),
    known[0] ?? figure(0, "local"),
  );
  return figure(total[of], most.basis, missing);
}

/** Are there few enough to be listed? One that starts itself in many ways has more nodes inside than anybody reads. */
export function areListed(nodes: readonly NodeQuote[]): boolean {
  return countOf(nodes) <= LISTED;
}

function countOf(nodes: readonly NodeQuote[]): number {
  return nodes.reduce((count, { inside = [] }) => count + 1 + countOf(inside), 0);
}

/** A node inside, as often as all starts of its pipeline come to. */
export function insideOf(node: NodeQuote, starts: number, items: number): NodeQuote {
  const all = times(starts, items);
  const { expected, worst, inside } = node;
  return {
    ...node,
    activations: times(node.activations, all),
    attempts: times(node.attempts, all),
    expected: expected && { usd: scaled(expected.usd, items), ms: scaled(expected.ms, items) },
    worst: { usd: scaled(worst.usd, all), ms: scaled(worst.ms, all) },
    ...(inside ? { inside: inside.map((inner) => insideOf(inner, starts, items)) } : {}),
  };
}
