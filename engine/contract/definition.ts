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
export const INPUT_TYPES = ["string", "number", "integer", "boolean", "array", "object", "any"] as const;
export const DEFAULT_LOOP_MAX = 3;
export const DEFAULT_MAX_CONCURRENT = 10;
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

export const retrySchema = z.strictObject({
  initial: duration.optional(),
  multiplier: z.number().min(1).max(100).optional(),
  max: duration.optional(),
  retries: z.int().min(0).max(100).optional(),
  jitter: z.enum(["none", "full"]).optional(),
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
  // Part of the format; refused with NOT_SUPPORTED_YET until the engine acts on them.
  forEach: z.string().optional(),
  maxConcurrent: z.int().min(1).optional(),
  onItemError: z.enum(["collect", "fail"]).optional(),
  fallback: z.array(json).optional(),
  speculate: z.array(id).optional(),
  cache: json.optional(),
  breaker: json.optional(),
  priority: json.optional(),
  resources: json.optional(),
  pure: z.boolean().optional(),
  next: z.array(id).optional(),
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
});

export const definitionSchema = z.strictObject({
  layerloom: z.literal(1),
  name: z.string().min(1).max(200),
  description: z.string().optional(),
  purpose: z.string().optional(),
  inputs: z.record(id, inputSchema).optional(),
  priority: json.optional(),
  budget: json.optional(),
  defaults: z.strictObject({ timeout: duration.optional(), retry: retrySchema.optional() }).optional(),
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
export type EdgeDefinition = z.infer<typeof edgeSchema>;
export type PipelineDefinition = z.infer<typeof definitionSchema>;
