/**
 * The fields that nodes, edges and pipelines have by themselves, in the same words as an activity's settings, so that
 * one form draws all. Agrees with the document schema of the contract. Labels are looked up by `inspector.field.…`.
 */
import {
  CACHE_SCOPES,
  DEFAULT_BREAKER,
  DEFAULT_RECURSION_DEPTH,
  EDGE_KINDS,
  FAILURE_CLASSES,
  ID_PATTERN,
  INPUT_TYPES,
  LAYERS,
} from "#contract/definition.ts";
import { DURATION_PATTERN } from "#contract/duration.ts";
import type { JsonObject } from "#contract/json.ts";

const duration: JsonObject = { type: "string", pattern: DURATION_PATTERN.source };
const count = (minimum: number, maximum: number): JsonObject => ({ type: "integer", minimum, maximum });
const any: JsonObject = { "x-widget": "expression" };
/** Settings by name, of any value. */
const settings: JsonObject = { type: "object", additionalProperties: {} };

const RETRY: JsonObject = {
  type: "object",
  properties: {
    retries: { ...count(0, 100), default: 5 },
    initial: { ...duration, default: "1s" },
    multiplier: { type: "number", minimum: 1, maximum: 100, default: 2 },
    max: { ...duration, default: "60s" },
    jitter: { type: "string", enum: ["none", "full"], default: "full" },
    adjust: settings,
  },
};

/** Rows of a failure table. A status or a code may be one or a list. */
const FAILURES: JsonObject = {
  type: "array",
  items: {
    type: "object",
    required: ["class"],
    properties: {
      class: { type: "string", enum: [...FAILURE_CLASSES] },
      status: any,
      code: any,
      error: any,
      message: { type: "string" },
    },
  },
};

export const NODE_FIELDS = {
  title: { type: "string" },
  layer: { type: "string", enum: [...LAYERS] },
  remember: { type: "string", pattern: ID_PATTERN.source },
  timeout: duration,
  retry: RETRY,
  default: any,
  retrySafe: { type: "boolean", default: true },
  notes: { type: "string", "x-widget": "multiline" },
  failures: FAILURES,
  forEach: any,
  maxConcurrent: count(1, 10_000),
  onItemError: { type: "string", enum: ["fail", "collect"], default: "fail" },
  cache: {
    type: "object",
    properties: {
      ttl: duration,
      key: any,
      scope: { type: "string", enum: [...CACHE_SCOPES], default: "pipeline" },
    },
  },
  pin: {
    type: "object",
    properties: { output: any, outcome: { type: "string", pattern: ID_PATTERN.source } },
  },
  pure: { type: "boolean", default: false },
} as const satisfies Record<string, JsonObject>;

/** While the breaker is not switched off. */
export const BREAKER: JsonObject = {
  type: "object",
  properties: {
    service: { type: "string" },
    failures: { ...count(1, 1_000), default: DEFAULT_BREAKER.failures },
    cooldown: { ...duration, default: DEFAULT_BREAKER.cooldown },
  },
};

export const SKIP_FIELDS = {
  when: { type: "string", "x-widget": "code" },
  reuse: { type: "string" },
} as const satisfies Record<string, JsonObject>;

export const EDGE_FIELDS = {
  kind: { type: "string", enum: [...EDGE_KINDS] },
  when: { type: "string", "x-widget": "code" },
  reuse: { type: "string", default: "none" },
  max: { ...count(1, 1_000_000), default: 3 },
  feedback: any,
  onExhausted: { type: "string", enum: ["escalate", "fail", "continue"], default: "escalate" },
  adjust: settings,
} as const satisfies Record<string, JsonObject>;

export const PIPELINE_FIELDS = {
  name: { type: "string" },
  description: { type: "string", "x-widget": "multiline" },
  purpose: { type: "string", "x-widget": "multiline" },
  output: any,
  budget: { type: "number", minimum: 0, maximum: 1_000_000 },
  maxConcurrent: { ...count(1, 10_000), default: 10 },
  maxRecursionDepth: { ...count(0, 5), default: DEFAULT_RECURSION_DEPTH },
  onFailure: { type: "string", enum: ["finish", "stop"], default: "finish" },
} as const satisfies Record<string, JsonObject>;

export const INPUT_FIELDS = {
  type: { type: "string", enum: [...INPUT_TYPES], default: "any" },
  required: { type: "boolean", default: false },
  default: any,
  description: { type: "string" },
} as const satisfies Record<string, JsonObject>;
