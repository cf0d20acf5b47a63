/**
 * Owns reading a pipeline file: text in, definition, problems and places out. Pure; never throws for what a file says.
 *
 * Order of work: can it be parsed (else one problem and nothing more), does each part fit its schema, is the shape
 * sound, do activities, outcomes and expressions hold, and can this version run it.
 */
import type { ReadResult } from "#contract/engine-api.ts";
import type { Place, Problem } from "#contract/errors.ts";
import { checkShape } from "#core/shape.ts";
import type { ActivityRegistry } from "#ports/activity.ts";
import type { ExpressionLanguage } from "#ports/expression.ts";
import { type Built, DefinitionBuilder } from "./build-definition.ts";
import { checkActivities, type ReportIssues } from "./check-activities.ts";
import { checkAdjust } from "./check-adjust.ts";
import { checkBounds } from "./check-bounds.ts";
import { checkBreakers } from "./check-breakers.ts";
import { checkCache } from "./check-cache.ts";
import { checkChains } from "./check-chain.ts";
import { checkChildren } from "./check-children.ts";
import { ExpressionCheck } from "./check-expressions.ts";
import { checkFailures } from "./check-failures.ts";
import { checkInputs } from "./check-inputs.ts";
import { checkNext } from "./check-next.ts";
import { checkNoEffect } from "./check-no-effect.ts";
import { checkReads } from "./check-reads.ts";
import { checkSpeculation } from "./check-speculation.ts";
import { checkSupport } from "./check-support.ts";
import { collectPlaces } from "./collect-places.ts";
import { Findings } from "./findings.ts";
import { readJson } from "./read-json.ts";
import { readYaml } from "./read-yaml.ts";
import { checkKeys, childOf, LineTable, type Report, SourceError, type SourceNode } from "./source-tree.ts";

export type ReadOptions = {
  /** Named in places. */
  readonly file?: string | undefined;
  readonly registry: ActivityRegistry;
  readonly language: ExpressionLanguage;
  /** Characters; default 8 million. */
  readonly sizeLimit?: number | undefined;
};

const SIZE_LIMIT = 8_000_000;
/** Enough to work on; a file with more is wrong in one way many times. */
const MAX_PROBLEMS = 200;

export function readDocument(text: string, options: ReadOptions): ReadResult {
  const source = text.startsWith("\uFEFF") ? text.slice(1) : text;
  const lines = new LineTable(source, options.file);
  try {
    const root = parse(source, options.sizeLimit ?? SIZE_LIMIT);
    return new Reading(source, root, lines, options).read();
  } catch (thrown) {
    if (!(thrown instanceof SourceError)) throw thrown;
    const { code, message, hint, offset } = thrown;
    return {
      problems: [{ severity: "error", code, message, hint, path: "", place: lines.place(offset) }],
      places: {},
    };
  }
}

function parse(text: string, sizeLimit: number): SourceNode {
  if (text.length > sizeLimit) {
    throw new SourceError(
      "YAML_LIMIT",
      `the file is larger than ${sizeLimit} characters`,
      0,
      "keep data in files of its own",
    );
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  const control = /[\0-\x08\x0e-\x1f\x7f\ufffe\uffff]/.exec(text);
  if (control)
    throw new SourceError(
      "YAML_SYNTAX",
      "this is not a text file",
      control.index,
      "open a *.layerloom.yaml file",
    );
  const root = readJson(text) ?? readYaml(text);
  if (!root)
    throw new SourceError(
      "INVALID_PIPELINE",
      "the file is empty",
      0,
      "begin with `layerloom: 1`, a name and nodes",
    );
  checkKeys(root);
  return root;
}

class Reading {
  readonly #problems: Problem[] = [];
  readonly #text: string;
  readonly #root: SourceNode;
  readonly #lines: LineTable;
  readonly #options: ReadOptions;
  #built: Built | undefined;

  constructor(text: string, root: SourceNode, lines: LineTable, options: ReadOptions) {
    this.#text = text;
    this.#root = root;
    this.#lines = lines;
    this.#options = options;
  }

  read(): ReadResult {
    const findings = new Findings(this.#report);
    this.#built = new DefinitionBuilder(this.#report).build(this.#root);
    if (!this.#built) return { problems: this.#problems, places: {} };
    const { definition, origins } = this.#built;
    const { registry, language } = this.#options;
    const shape = checkShape(definition);
    for (const finding of shape) this.#report(finding);
    checkInputs(definition, this.#report);
    checkChildren(definition, this.#report);
    checkFailures(definition, this.#report);
    checkBreakers(definition, registry, this.#report);
    const reportIssues: ReportIssues = (issues, settings, path, keysAt) =>
      findings.issues(issues, settings, this.#nodeAt(path), path, keysAt);
    checkActivities(definition, registry, this.#report, reportIssues);
    checkAdjust(definition, registry, this.#report, reportIssues);
    checkChains(definition, registry, this.#report);
    const expressions = new ExpressionCheck(definition, language, this.#report, this.#placeInText);
    expressions.run(registry);
    checkCache(definition, expressions.readsWhileRunning, this.#report);
    checkSpeculation(definition, registry, this.#report);
    if (shape.length === 0) {
      checkReads(definition, expressions.reads, this.#report);
      checkNoEffect(definition, this.#report);
      checkBounds(definition, registry, this.#report);
    }
    checkNext(definition, this.#report);
    checkSupport(definition, this.#report);
    return { definition, problems: this.#sorted(), places: collectPlaces(this.#root, origins, this.#lines) };
  }

  readonly #report: Report = ({ severity, offset, place, hint, ...problem }) => {
    if (this.#problems.length >= MAX_PROBLEMS) return;
    const at = place ?? this.#lines.place(offset ?? this.#offsetOf(problem.path));
    this.#problems.push({
      severity: severity ?? "error",
      ...problem,
      hint: (typeof hint === "function" ? hint() : hint) ?? "see the reference of the file",
      place: at,
    });
  };

  #sorted(): Problem[] {
    const rank = (problem: Problem): number => (problem.severity === "error" ? 0 : 1);
    return this.#problems.sort(
      (a, b) =>
        rank(a) - rank(b) ||
        (a.place?.line ?? 0) - (b.place?.line ?? 0) ||
        (a.place?.column ?? 0) - (b.place?.column ?? 0),
    );
  }

  #offsetOf(path: string): number {
    return this.#nodeAt(path).start;
  }

  /** The value at a definition path, or the nearest one around it that the file holds. */
  #nodeAt(path: string): SourceNode {
    let node = this.#root;
    const parts = path === "" ? [] : path.split(".");
    let from = 0;
    if (parts[0] === "edges" && parts.length > 1) {
      const origin = this.#built?.origins[Number(parts[1])];
      if (origin) node = origin.node;
      from = 2;
    }
    for (const part of parts.slice(from)) {
      const child: SourceNode | undefined = childOf(node, part);
      if (!child) return node;
      node = child;
    }
    return node;
  }

  /** Exact for texts on one line and for blocks; the beginning of the value for the rest. */
  readonly #placeInText = (path: string, inner: Place): Place | undefined => {
    const node = this.#nodeAt(path);
    const start = this.#lines.place(node.start);
    if (node.kind !== "scalar") return start;
    if (node.style !== "block") {
      if (inner.line > 1) return start;
      return { ...start, column: start.column + inner.column - 1 + (node.style === "quoted" ? 1 : 0) };
    }
    const line = start.line + inner.line;
    const lineStart = this.#lines.lineStart(start.line + 1);
    const indent = /^ */.exec(this.#text.slice(lineStart, lineStart + 200))![0].length;
    return { ...start, line, column: indent + inner.column };
  };
}
