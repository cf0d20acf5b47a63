/** Every kind of node that the engine knows, by its `uses:` name. Must not load what only a running node needs. */
import type { ActivityDefinition, ActivityRegistry } from "#ports/activity.ts";
import { check } from "./check.ts";
import { code } from "./code.ts";
import { fileList } from "./file-list.ts";
import { fileRead } from "./file-read.ts";
import { fileWrite } from "./file-write.ts";
import { gate } from "./gate.ts";
import { http } from "./http.ts";
import { human } from "./human.ts";
import { llm } from "./llm.ts";
import { memoryAppend } from "./memory-append.ts";
import { memoryGet } from "./memory-get.ts";
import { memoryPut } from "./memory-put.ts";
import { pipeline } from "./pipeline.ts";
import { simulate } from "./simulate.ts";
import { template } from "./template.ts";
import { transform } from "./transform.ts";
import { wait } from "./wait.ts";

/** In the order of the palette. */
const ALL: readonly ActivityDefinition[] = [
  fileRead,
  fileList,
  http,
  llm,
  transform,
  template,
  code,
  fileWrite,
  check,
  memoryGet,
  memoryPut,
  memoryAppend,
  gate,
  human,
  pipeline,
  wait,
  simulate,
];

export function createRegistry(): ActivityRegistry {
  return new Map(ALL.map((activity) => [activity.info.name, activity]));
}
