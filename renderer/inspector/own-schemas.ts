/**
 * The fields that nodes, edges and pipelines have by themselves, in the same words as an activity's settings, so that
 * one form draws all. Agrees with the document schema of the contract. Labels are looked up by `inspector.field.…`.
 */
import { EDGE_KINDS, ID_PATTERN, INPUT_TYPES, LAYERS } from "#contract/definition.ts";
import { DURATION_PATTERN } from "#contract/duration.ts";
import type { JsonObject } from "#contract/json.ts";

const duration: JsonObject = { type: "string", pattern: DURATION_PATTERN.source };
const count = (minimum: number, maximum: number): JsonObject => ({ type: "integer", minimum, maximum });
const any: JsonObject = { "x-widget": "expression" };

const RETRY: JsonObject = {
  type: "object",
  properties: {
    retries: { ...count(0, 100), default: 5 },
    initial: { ...duration, default: "1s" },
    multiplier: { type: "number", minimum: 1, maximum: 100, default: 2 },
    max: { ...duration, default: "60s" },
    jitter: { type: "string", enum: ["none", "full"], default: "full" },
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
} as const satisfies Record<string, JsonObject>;

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
} as const satisfies Record<string, JsonObject>;

export const PIPELINE_FIELDS = {
  name: { type: "string" },
  description: { type: "string", "x-widget": "multiline" },
  purpose: { type: "string", "x-widget": "multiline" },
  output: any,
  maxConcurrent: { ...count(1, 10_000), default: 10 },
  onFailure: { type: "string", enum: ["finish", "stop"], default: "finish" },
} as const satisfies Record<string, JsonObject>;

export const INPUT_FIELDS = {
  type: { type: "string", enum: [...INPUT_TYPES], default: "any" },
  required: { type: "boolean", default: false },
  default: any,
  description: { type: "string" },
} as const satisfies Record<string, JsonObject>;
