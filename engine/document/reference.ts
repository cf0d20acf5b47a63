/**
 * Owns docs/format.md: the reference of the file, made from the schemas and the activities, so that it cannot say
 * anything else than they do. `npx node scripts/write-schema.mjs` writes it; a test checks that it is current.
 */
import type { ActivityInfo } from "#contract/activity-info.ts";
import {
  DEFAULT_LOOP_MAX,
  DEFAULT_MAX_CONCURRENT,
  DEFAULT_RECURSION_DEPTH,
  DEFAULT_RETRY,
  EDGE_KINDS,
  type EdgeDefinition,
  FAILURE_CLASSES,
  type FailureRule,
  INPUT_TYPES,
  type InputDefinition,
  LAYERS,
  type NodeDefinition,
  type PipelineDefinition,
  type RetryDefinition,
} from "#contract/definition.ts";
import type { Json } from "#contract/json.ts";
import { BUILT_IN_RULES, ruleName } from "#core/failure-rules.ts";
import type { ActivityRegistry } from "#ports/activity.ts";
import { inline } from "./yaml-style.ts";

type Told<T> = Required<Record<keyof T, string>>;
const LATER = "*Read, but not yet acted on*";

// The types make each table complete: a key that the schema gains must be told of here.
const TOP: Told<PipelineDefinition> = {
  layerloom: "Format version: `1`. Required",
  name: "Required",
  description: "What it is for, in a sentence",
  purpose: "The why, known to expressions as `purpose` and given to reasoning nodes",
  inputs: "Name → input, see below",
  priority: `${LATER} (warning)`,
  budget: `${LATER} (error)`,
  defaults: "`timeout` and `retry` of nodes that name none; `failures`, see below",
  maxConcurrent: `Attempts of this run at once, default ${DEFAULT_MAX_CONCURRENT}`,
  maxRecursionDepth: `How deep sub-pipelines may be nested, 0 to 5, default ${DEFAULT_RECURSION_DEPTH}; that of the first pipeline counts`,
  onFailure: "`finish` (default): independent branches go on to their end. `stop`: everything stops",
  nodes: "Id → node, see below. Required",
  edges: "A list of edges, see below",
  output: "The output of the run; may hold expressions",
  triggers: `${LATER} (warning)`,
  layout: "Id → `[x, y]` on the canvas. Never changes what runs",
};

const INPUT: Told<InputDefinition> = {
  type: `${INPUT_TYPES.map(code).join(", ")}; default \`any\``,
  required: "`true`: a run does not start without it",
  default: "Its value when none is given; of the same type",
  description: "Shown where it is asked for",
};

const NODE: Told<NodeDefinition> = {
  title: "The name on the canvas; the id when absent",
  layer: LAYERS.map(code).join(", "),
  uses: "The activity, see below. Required",
  with: "Its settings; values may hold `${{ … }}`",
  join: "`all` (default): waits for all edges that come in, one of them taken. `any`: the first. `{ atLeast: n }`",
  skip: "`when` (a condition) and `reuse`: `last` (default), `none` or an expression",
  timeout: "Of one attempt",
  retry: "See below",
  failures: "Rows of the failure table that go before all others, see below",
  default: "The output when the node fails for good; it then counts as finished",
  remember: "The memory name that the output is stored under",
  retrySafe: "`false`: an attempt cut off by a crash is never repeated by itself; a person decides",
  notes: "Free text",
  fallback:
    "What takes over, in order, when no try is left: models (`llm` only), one `{ template: … }`, `human`",
  breaker:
    "`service`, `failures` (default 5) and `cooldown` (default `5m`): a service that fails so often in a row is given a rest, see [semantics](semantics.md#8-failure-and-the-end). `false`: none",
  cache:
    "`ttl`: how long a stored result may be taken, `key`: what makes two calls the same (the resolved settings when absent), `scope`: `run`, `pipeline` (default) or `all`",
  forEach:
    "A list, or an expression that gives one: the activity runs once for each item, known as `item` (and its place as `index`, from 0)",
  maxConcurrent: `With forEach: items at once, default ${DEFAULT_MAX_CONCURRENT}`,
  onItemError:
    "With forEach: `fail` (default), the first failure ends the node; `collect`, the output counts and tells them",
  next: "Ids of the nodes among which the output's `next` chooses, an id or a list; each gets a flow edge if none is drawn",
  pin: "`output` (and `outcome`, default `ok`) that stand in for running the node",
  speculate:
    "Pure nodes that follow by one edge and may be started on the output that this node gave last, or on what of the new one has streamed",
  pure: "`true`: it changes nothing outside and gives the same for the same settings, so it may be started on a guess",
  priority: `${LATER} (warning)`,
  resources: `${LATER} (warning)`,
};

const RETRY: Told<RetryDefinition> = {
  initial: `The first pause, default ${code(DEFAULT_RETRY.initial)}`,
  multiplier: `Each pause is so many times the one before, default ${DEFAULT_RETRY.multiplier}`,
  max: `The longest pause, default ${code(DEFAULT_RETRY.max)}`,
  retries: `Tries after the first, default ${DEFAULT_RETRY.retries}`,
  jitter: `\`full\`: a random part of the pause; \`none\`. Default ${code(DEFAULT_RETRY.jitter)}`,
  adjust:
    "Settings that a try after a failure of quality replaces; expressions also see `attempt` and `error`",
};

const FAILURE_ROW: Told<FailureRule> = {
  status: "HTTP status, a class of them such as `5xx`, or a list",
  code: "Error code, Layerloom's (`MODEL_STALLED`) or the system's (`ECONNRESET`), or a list",
  error: "Class of the error that was thrown, or one that it extends (`RateLimitError`), or a list",
  message: "A text that the message contains, in any case",
  class: `${FAILURE_CLASSES.map(code).join(", ")}. Required`,
};

const EDGE: Told<EdgeDefinition> = {
  from: "Required",
  to: "Required",
  kind: `${EDGE_KINDS.map(code).join(", ")}. May be left out for flow and branch; \`on: error\` alone is an error edge`,
  on: "An outcome or a list of them",
  when: "A condition, without `${{ }}`",
  else: "`true`: a branch taken when no sibling was",
  reuse: "Skip: what the nodes leapt over give as output: `last` (default), `none` or an expression",
  max: `Loop: rounds, default ${DEFAULT_LOOP_MAX}`,
  feedback: "Loop: what the target sees as `loop.feedback`",
  onExhausted:
    "Loop, when the rounds are spent: `escalate` (default, a person decides), `fail`, `continue` (the other edges)",
  adjust: "Loop: settings of the target that the next round replaces; `loop` is that of the coming round",
};

export function formatReference(registry: ActivityRegistry): string {
  return `${[
    "# The pipeline file",
    "Reference of `*.layerloom.yaml`, made from the code by `npx node scripts/write-schema.mjs`. What a graph means is told in [semantics.md](semantics.md). JSON is read as well. Editors that know `layerloom.schema.json` complete and check while you type.",
    '```yaml\nlayerloom: 1\nname: hello\ninputs:\n  who: { type: string, default: world }\nnodes:\n  greet: { uses: template, with: { text: "Hello ${{ inputs.who }}" } }\n  shout: { uses: transform, with: { value: "${{ nodes.greet.output.upperAscii() }}" } }\nedges:\n  - greet -> shout\noutput: "${{ nodes.shout.output }}"\n```',
    table("The file", TOP),
    table("An input", INPUT),
    table("A node", NODE),
    table("Retry", RETRY),
    table("A row of the failure table", FAILURE_ROW),
    failureTable(),
    table("An edge", EDGE),
    "Flow edges may be written as chains: `- a -> b -> c`. Everything else is a map: `- { from: a, on: approved, to: b }`.",
    "Ids are a lower-case letter, then letters, digits, `-` or `_`. Durations are `500ms`, `1s`, `5m`, `1h`, `30d`.",
    EXPRESSIONS,
    "## Activities",
    ...[...registry.values()].map(({ info }) => activity(info)),
  ].join("\n\n")}\n`;
}

const EXPRESSIONS = `## Expressions

The language is [CEL](https://cel.dev): \`a.b\`, \`==\`, \`&&\`, \`||\`, \`!\`, \`x ? a : b\`, \`in\`, \`[1, 2]\`, \`{'a': 1}\`. It always ends and touches nothing.

- A value that is exactly one \`\${{ … }}\` keeps its type; inside a longer text it becomes text, null becomes nothing. Conditions (\`when\`, \`pass\`) are written bare.
- Names: \`inputs\`, \`nodes.<id>.output\` (and \`.outcome\`, \`.error\`, \`.degraded\`), \`loop.count\`, \`loop.feedback\`, \`loop.draft\`, \`loop.change\`, \`memory.<name>.value\` (and \`.age\`, a duration, \`.at\`, \`.version\`), \`run\`, \`purpose\`, \`error\`. An activity may add its own.
- There is one kind of number: \`7 / 2\` is 3.5, \`int(7 / 2)\` is 3.
- Lists: \`map(e, …)\`, \`filter(e, …)\`, \`exists(e, …)\`, \`exists_one(e, …)\`, \`all(e, …)\`, \`sum()\`, \`first()\`, \`last()\`, \`sort()\`, \`reverse()\`, \`distinct()\`, \`join(', ')\`, \`size(x)\`, \`min(x)\`, \`max(x)\`, \`x + y\`. Maps: \`keys(x)\`, \`values(x)\`.
- Texts: \`split\`, \`trim\`, \`replace\`, \`lowerAscii\`, \`upperAscii\`, \`substring\`, \`contains\`, \`startsWith\`, \`endsWith\`, \`indexOf\`. \`matches\` is refused: a regular expression can run for minutes.
- Numbers: \`round(x, digits)\`, \`floor\`, \`ceil\`, \`abs\`, \`int\`, \`double\`. Anything: \`string(x)\`, \`json(x)\`.
- What may be missing: \`has(a.b)\`, \`a.?b.orValue(c)\`, \`default(a.b, c)\` (also for null).
- Time: \`duration('1h')\`, \`timestamp('2026-01-01T00:00:00Z')\`.
- One evaluation may walk through a million list elements.`;

function failureTable(): string {
  const rows = FAILURE_CLASSES.map((kind) => {
    const names = BUILT_IN_RULES.filter((rule) => rule.class === kind).map((rule) => code(ruleName(rule)));
    return `| ${code(kind)} | ${names.join(", ")}${kind === "permanent" ? ", anything else" : ""} |`;
  });
  return [
    "All that a row gives must fit. The first row that fits decides: those of the node, then those of `defaults`, then these. A status goes before a code, a code before an error class, that before a message; `HTTP 4xx` are those that no other row names. A failure that a script asks for (`simulate`, the simulated model) keeps its class unless a row of the file fits.",
    "",
    "| class | built-in rows |",
    "|---|---|",
    ...rows,
  ].join("\n");
}

function table(title: string, rows: Readonly<Record<string, string>>): string {
  return [
    `## ${title}`,
    "",
    "| key | meaning |",
    "|---|---|",
    ...Object.entries(rows).map(([key, text]) => `| ${code(key)} | ${text} |`),
  ].join("\n");
}

type Property = {
  readonly type?: unknown;
  readonly enum?: readonly Json[];
  readonly description?: string;
  readonly default?: Json;
};

function activity(info: ActivityInfo): string {
  const { properties, required } = info.schema as {
    properties?: Record<string, Property>;
    required?: readonly string[];
  };
  const rows = Object.entries(properties ?? {}).map(([name, property]) => {
    const facts = [
      property.enum ? property.enum.map((value) => code(String(value))).join(", ") : undefined,
      property.default === undefined ? undefined : `default ${code(inline(property.default))}`,
      required?.includes(name) && property.default === undefined ? "required" : undefined,
    ].filter((fact) => fact !== undefined);
    const told = (property.description ?? "").replaceAll("|", "\\|").replaceAll("\n", " ");
    return `| ${code(name)} | ${[told, ...facts].filter((part) => part !== "").join(" · ")} |`;
  });
  const from = { gate: "those of its rules", human: "those of `outcomes`", simulate: "those of its script" };
  const outcomes = info.outcomesFrom ? from[info.outcomesFrom] : info.outcomes.map(code).join(", ");
  return [
    `### ${info.name}`,
    "",
    info.description,
    "",
    `Outcomes: ${outcomes}. Example: ${code(`with: ${inline(info.example)}`)}`,
    ...(rows.length > 0 ? ["", "| setting | meaning |", "|---|---|", ...rows] : []),
  ].join("\n");
}

function code(text: string): string {
  return `\`${text}\``;
}
