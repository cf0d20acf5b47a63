/**
 * The pipeline document after reading: what the canvas draws, the plan is compiled from and the file says.
 * The YAML shorthand (edge chains, a single `on`) is expanded by the document room; positions stay in `layout`.
 * Everything is plain JSON.
 */
import { z } from "zod";
import { DURATION_PATTERN, parseDuration } from "./duration.ts";
import type { Json } from "./json.ts";

// No code out of strings: the window's content policy forbids it, and a command that reads one small file starts sooner.
z.config({ jitless: true });

export const ID_PATTERN: RegExp = /^[a-z][a-z0-9_-]*$/;
export const LAYERS = ["perception", "understanding", "reasoning", "execution", "reflection"] as const;
export const EDGE_KINDS = ["flow", "branch", "skip", "loop", "error"] as const;
export const FAILURE_CLASSES = ["transient", "permanent", "quality"] as const;
export const CACHE_SCOPES = ["run", "pipeline", "all"] as const;
export const INPUT_TYPES = ["string", "number", "integer", "boolean", "array", "object", "any"] as const;
export const DEFAULT_LOOP_MAX = 3;
export const DEFAULT_MAX_CONCURRENT = 10;
export const DEFAULT_RECURSION_DEPTH = 3;
export const DEFAULT_BREAKER = { failures: 5, cooldown: "5m" } as const;
export const DEFAULT_RETRY = {
  initial: "1s",
  multiplier: 2,
  max: "60s",
  retries: 5,
  jitter: "full",
} as const;

/** Not checked deeply: what arrives here came out of YAML or JSON. */
const json = z.custom<Json>((value) => value !== undefined && typeof value !== "function");
const id = z.string().regex(ID_PATTERN, "an id is a lower-case letter, then letters, digits, - or _");
const duration = z
  .string()
  .regex(DURATION_PATTERN, { error: "a duration such as 500ms, 1s, 5m, 1h or 30d", abort: true })
  .refine((text) => parseDuration(text) !== undefined, "a duration of at most 36500d");
const condition = z.string().min(1).describe("A bare expression that yields true or false");

const listOf = <T extends z.ZodType>(entry: T) => z.union([entry, z.array(entry).min(1)]);

/** One row of the failure table: what is given must all fit; the first row that fits gives the class. */
export const failureRuleSchema = z.strictObject({
  status: listOf(
    z.union([z.int().min(100).max(599), z.string().regex(/^[1-5]xx$/, "a status or a class such as 5xx")]),
  )
    .optional()
    .describe("HTTP status, or a class of them such as 5xx"),
  code: listOf(z.string().min(1)).optional().describe("Layerloom's or the system's error code"),
  error: listOf(z.string().min(1)).optional().describe("Class of the error that was thrown"),
  message: z.string().min(1).optional().describe("Text that the message contains, in any case"),
  class: z.enum(FAILURE_CLASSES),
});

export const retrySchema = z.strictObject({
  initial: duration.optional(),
  multiplier: z.number().min(1).max(100).optional(),
  max: duration.optional(),
  retries: z.int().min(0).max(100).optional(),
  jitter: z.enum(["none", "full"]).optional(),
  adjust: z
    .record(z.string(), json)
    .optional()
    .describe("Settings that replace those of the same name in tries after a failure of quality"),
});

export const inputSchema = z.strictObject({
  type: z.enum(INPUT_TYPES).optional(),
  required: z.boolean().optional(),
  default: json.optional(),
  description: z.string().optional(),
});

export const joinSchema = z.union([
  z.literal("all"),
  z.literal("any"),
  z.strictObject({ atLeast: z.int().min(1) }),
]);

export const cacheSchema = z.strictObject({
  ttl: duration.describe("How long a stored result may be taken"),
  key: json.optional().describe("What makes two calls the same; the resolved settings when absent"),
  scope: z.enum(CACHE_SCOPES).optional().describe("Who shares the entry; pipeline when absent"),
});

export const breakerSchema = z.union([
  z.literal(false),
  z.strictObject({
    service: z
      .string()
      .min(1)
      .optional()
      .describe("Its name; the provider and model, or the host, when absent"),
    failures: z.int().min(1).max(1_000).optional(),
    cooldown: duration.optional(),
  }),
]);

/** One link of a fallback chain: a model, `human`, or a template that takes the answer's place. */
export const fallbackSchema = z.union([z.string().min(1), z.strictObject({ template: json })]);

const skipSchema = z.strictObject({ when: condition, reuse: z.string().optional() });

export const nodeSchema = z.strictObject({
  title: z.string().optional().describe("The name on the canvas; the id when absent"),
  layer: z.enum(LAYERS).optional(),
  uses: z.string().min(1).describe("The activity that the node runs"),
  with: z.record(z.string(), json).optional().describe("Settings of the activity; values may hold ${{ … }}"),
  join: joinSchema.optional(),
  skip: skipSchema.optional(),
  timeout: duration.optional(),
  retry: retrySchema.optional(),
  default: json.optional().describe("The output when the node fails for good"),
  remember: id.optional().describe("The memory name that the output is stored under"),
  retrySafe: z
    .boolean()
    .optional()
    .describe("false: an attempt cut off by a crash is never repeated by itself"),
  notes: z.string().optional(),
  failures: z
    .array(failureRuleSchema)
    .optional()
    .describe("Rows before those of the pipeline and the built-in ones"),
  fallback: z
    .array(fallbackSchema)
    .min(1)
    .max(10)
    .optional()
    .describe("What takes over, in order, when no try is left"),
  breaker: breakerSchema.optional(),
  cache: cacheSchema.optional(),
  forEach: z
    .union([z.string().min(1), z.array(json)])
    .optional()
    .describe("A list: the activity runs once for each item, known as item"),
  maxConcurrent: z.int().min(1).max(10_000).optional().describe("forEach only: items at once"),
  onItemError: z.enum(["collect", "fail"]).optional().describe("forEach only"),
  next: z.array(id).min(1).optional().describe("The nodes among which the output's next chooses"),
  pin: z
    .strictObject({ output: json, outcome: z.string().regex(ID_PATTERN).optional() })
    .optional()
    .describe("A result that stands in for running the node"),
  speculate: z.array(id).min(1).optional().describe("Pure nodes that may start on the likely output"),
  pure: z.boolean().optional().describe("No effect outside: may be started on a guess, and run again"),
  // Part of the format; NOT_SUPPORTED_YET until the engine acts on them.
  priority: json.optional(),
  resources: json.optional(),
});

export const edgeSchema = z.strictObject({
  from: id,
  to: id,
  kind: z.enum(EDGE_KINDS),
  on: z.array(z.string().regex(ID_PATTERN)).min(1).optional(),
  when: condition.optional(),
  else: z.literal(true).optional(),
  reuse: z.string().optional().describe("skip only: last, none or an expression in ${{ }}"),
  max: z.int().min(1).max(1_000_000).optional().describe("loop only"),
  feedback: json.optional().describe("loop only: what the target sees as loop.feedback"),
  onExhausted: z.enum(["escalate", "fail", "continue"]).optional().describe("loop only"),
  adjust: z
    .record(z.string(), json)
    .optional()
    .describe("loop only: settings of the target that the next round replaces"),
});

const budgetSchema = z.strictObject({
  usd: z
    .number()
    .min(0)
    .max(1_000_000)
    .describe("US dollars that a run and its child runs may cost together; reserved before each attempt"),
});

export const definitionSchema = z.strictObject({
  layerloom: z.literal(1),
  name: z.string().min(1).max(200),
  description: z.string().optional(),
  purpose: z.string().optional(),
  inputs: z.record(id, inputSchema).optional(),
  priority: json.optional(),
  budget: budgetSchema.optional(),
  defaults: z
    .strictObject({
      timeout: duration.optional(),
      retry: retrySchema.optional(),
      failures: z.array(failureRuleSchema).optional(),
    })
    .optional(),
  maxConcurrent: z.int().min(1).max(10_000).optional().describe("Attempts of this run at once, default 10"),
  maxRecursionDepth: z.int().min(0).max(5).optional(),
  onFailure: z.enum(["finish", "stop"]).optional(),
  nodes: z.record(id, nodeSchema),
  edges: z.array(edgeSchema),
  output: json.optional(),
  triggers: z.array(json).optional(),
  layout: z.record(id, z.tuple([z.number(), z.number()])).optional(),
});

export type Layer = (typeof LAYERS)[number];
export type EdgeKind = (typeof EDGE_KINDS)[number];
export type InputDefinition = z.infer<typeof inputSchema>;
export type RetryDefinition = z.infer<typeof retrySchema>;
export type JoinDefinition = z.infer<typeof joinSchema>;
export type NodeDefinition = z.infer<typeof nodeSchema>;
export type FailureRule = z.infer<typeof failureRuleSchema>;
export type BreakerDefinition = z.infer<typeof breakerSchema>;
export type CacheDefinition = z.infer<typeof cacheSchema>;
export type CacheScope = (typeof CACHE_SCOPES)[number];
export type FallbackDefinition = z.infer<typeof fallbackSchema>;
export type EdgeDefinition = z.infer<typeof edgeSchema>;
export type PipelineDefinition = z.infer<typeof definitionSchema>;
