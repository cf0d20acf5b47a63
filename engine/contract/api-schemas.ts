/**
 * What every call of EngineApi may be given, as zod schemas: the allow-list of the wire. A method that is not here
 * cannot be called from outside. Limits are on size only; meaning is the engine's business.
 */
import { z } from "zod";
import { definitionSchema } from "./definition.ts";
import type { Json } from "./json.ts";
import type { CallMethod, WatchMethod } from "./rpc.ts";

const MAX_TEXT = 8 * 1024 * 1024;
const MAX_NAME = 4_096;
const MAX_PAGE = 10_000;

const json: z.ZodType<Json> = z.json() as z.ZodType<Json>;
const text = z.string().max(MAX_TEXT);
const name = z.string().min(1).max(MAX_NAME);
const hash = z.string().max(128);
const limit = z.int().min(1).max(MAX_PAGE).optional();
const nothing = z.union([z.undefined(), z.null(), z.strictObject({})]);
const ofRun = z.strictObject({ runId: name });

export const startRequestSchema = z.strictObject({
  text,
  file: name.optional(),
  inputs: z.record(z.string(), json).optional(),
  provider: z.enum(["anthropic", "simulated"]).optional(),
  seed: z.int().optional(),
  folder: z.string().min(1).optional(),
  partial: z
    .strictObject({ mode: z.enum(["only", "upTo", "from"]), node: name, basedOn: name.optional() })
    .optional(),
});

export const quoteRequestSchema = startRequestSchema.pick({
  text: true,
  file: true,
  inputs: true,
  provider: true,
  folder: true,
});

export const decisionSchema = z.strictObject({
  runId: name,
  node: name,
  outcome: name,
  openedAt: z.number().optional(),
  comment: z.string().max(100_000).optional(),
  value: json.optional(),
});

export const listRunsSchema = z.strictObject({
  limit,
  before: name.optional(),
  parent: name.optional(),
});

export const getEventsSchema = z.strictObject({
  runId: name,
  after: z.int().min(0).optional(),
  limit,
});

export const retryRunSchema = z.strictObject({
  runId: name,
  from: name.optional(),
  edited: z.record(name, json).optional(),
});
export const readDocumentSchema = z.strictObject({
  text,
  file: name.optional(),
  follow: z.boolean().optional(),
});

export const resetBreakerSchema = z.strictObject({ service: name });

export const CALL_SCHEMAS: { readonly [M in CallMethod]: z.ZodType } = {
  info: nothing,
  activities: nothing,
  templates: nothing,
  readDocument: readDocumentSchema,
  writeDocument: z.strictObject({ text, definition: definitionSchema }),
  exportDocument: z.strictObject({ text, to: z.enum(["yaml", "json", "mermaid", "schema"]) }),
  listFiles: nothing,
  openFile: z.strictObject({ path: name }),
  saveFile: z.strictObject({
    path: name,
    text,
    baseHash: hash.optional(),
    overwrite: z.boolean().optional(),
  }),
  listDrafts: nothing,
  putDraft: z.strictObject({ key: name, text, baseHash: hash.optional() }),
  dropDraft: z.strictObject({ key: name }),
  quote: quoteRequestSchema,
  startRun: startRequestSchema,
  previewRun: startRequestSchema,
  listRuns: listRunsSchema,
  getRun: ofRun,
  getResult: ofRun,
  getEvents: getEventsSchema,
  getNodeData: z.strictObject({ runId: name, node: name }),
  cancelRun: z.strictObject({ runId: name, node: name.optional() }),
  pauseRun: ofRun,
  resumeRun: ofRun,
  retryRun: retryRunSchema,
  breakers: nothing,
  resetBreaker: resetBreakerSchema,
  inbox: nothing,
  decide: decisionSchema,
  listResults: z.strictObject({ pipeline: name.optional(), node: name.optional(), limit }),
  clearResults: z.strictObject({ pipeline: name.optional(), node: name.optional(), key: name.optional() }),
  memoryNames: nothing,
  memoryHistory: z.strictObject({ name, limit }),
  databaseState: nothing,
  restoreBackup: z.strictObject({ name }),
};

export const WATCH_SCHEMAS: { readonly [M in WatchMethod]: z.ZodType } = {
  watchRun: ofRun,
  watchEngine: nothing,
};
