/**
 * The answering side of the wire: reads requests from one channel, checks them against the allow-list, calls the
 * engine, answers with results or error shapes. Owns the watches of that channel and ends them with it.
 * Knows no transport and trusts nothing that it reads.
 */
import { z } from "zod";
import { CALL_SCHEMAS, WATCH_SCHEMAS } from "./api-schemas.ts";
import type { EngineApi, EngineUpdate, Unsubscribe } from "./engine-api.ts";
import { LayerloomError, toErrorShape } from "./errors.ts";
import { mergeEngineUpdates, mergeRunUpdates } from "./merge-updates.ts";
import type { CallMethod, Channel, RpcReply, WatchMethod } from "./rpc.ts";
import type { RunUpdate } from "./run.ts";
import { validateRequest } from "./validate-request.ts";

/** Updates of one watch that may be under way unacknowledged; what comes beyond is merged into one. */
const WINDOW = 4;
/** A page watches one run and the engine; far more than this is a fault of the caller. */
const MAX_WATCHES = 256;

const id = z.int().min(0);
const requestSchema = z.union([
  z.strictObject({ type: z.literal("call"), id, method: z.string(), params: z.unknown().optional() }),
  z.strictObject({ type: z.literal("watch"), id, method: z.string(), params: z.unknown().optional() }),
  z.strictObject({ type: z.literal("ack"), id }),
  z.strictObject({ type: z.literal("unwatch"), id }),
]);

type Watch = { readonly ack: () => void; readonly stop: Unsubscribe };

export function serveRpc(channel: Channel, api: EngineApi): void {
  const watches = new Map<number, Watch>();
  let open = true;

  const reply = (message: RpcReply): void => {
    if (open) channel.send(JSON.stringify(message));
  };
  const fail = (requestId: number, thrown: unknown): void =>
    reply({ type: "error", id: requestId, error: toErrorShape(thrown) });

  channel.onClose(() => {
    open = false;
    for (const watch of watches.values()) watch.stop();
    watches.clear();
  });

  channel.onMessage((text) => {
    const request = readRequest(text);
    if (request instanceof LayerloomError) {
      fail(0, request);
      return;
    }
    switch (request.type) {
      case "call":
        call(api, request.method, request.params).then(
          (result) => reply({ type: "result", id: request.id, result: result ?? null }),
          (thrown: unknown) => fail(request.id, thrown),
        );
        return;
      case "watch":
        try {
          if (watches.has(request.id) || watches.size >= MAX_WATCHES) {
            throw new LayerloomError(
              "BAD_REQUEST",
              "This watch number is taken, or there are too many watches.",
            );
          }
          watches.set(request.id, watch(api, request, reply));
        } catch (thrown) {
          fail(request.id, thrown);
        }
        return;
      case "ack":
        watches.get(request.id)?.ack();
        return;
      case "unwatch":
        watches.get(request.id)?.stop();
        watches.delete(request.id);
    }
  });
}

function readRequest(text: string): z.infer<typeof requestSchema> | LayerloomError {
  try {
    const parsed = requestSchema.safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
  } catch {
    // Not JSON: told below.
  }
  return new LayerloomError("BAD_REQUEST", "This message is not a request of the engine's protocol.");
}

/** `hasOwn`: a name such as `constructor` must not reach the prototype. */
async function call(api: EngineApi, method: string, params: unknown): Promise<unknown> {
  if (!Object.hasOwn(CALL_SCHEMAS, method)) throw unknownMethod(method);
  const known = method as CallMethod;
  const request = validateRequest(CALL_SCHEMAS[known], params, known);
  // The schema of a method is the shape of its one argument; the compiler cannot see that across the table.
  const perform = api[known] as (request: unknown) => Promise<unknown>;
  return perform.call(api, request ?? undefined);
}

function watch(
  api: EngineApi,
  request: { readonly id: number; readonly method: string; readonly params?: unknown },
  reply: (message: RpcReply) => void,
): Watch {
  if (!Object.hasOwn(WATCH_SCHEMAS, request.method)) throw unknownMethod(request.method);
  const method = request.method as WatchMethod;
  const params = validateRequest(WATCH_SCHEMAS[method], request.params, method);
  if (method === "watchRun") {
    const flow = paced<RunUpdate>(
      (update) => reply({ type: "update", id: request.id, update }),
      mergeRunUpdates,
    );
    return { ack: flow.ack, stop: api.watchRun(params as { runId: string }, flow.push) };
  }
  const flow = paced<EngineUpdate>(
    (update) => reply({ type: "update", id: request.id, update }),
    mergeEngineUpdates,
  );
  return { ack: flow.ack, stop: api.watchEngine(flow.push) };
}

/** Lets WINDOW updates through and merges the rest until one is acknowledged. */
function paced<T>(
  send: (update: T) => void,
  merge: (older: T, newer: T) => T,
): { readonly push: (update: T) => void; readonly ack: () => void } {
  let underWay = 0;
  let held: { update: T } | undefined;
  return {
    push(update) {
      if (underWay >= WINDOW) {
        held = { update: held ? merge(held.update, update) : update };
        return;
      }
      underWay += 1;
      send(update);
    },
    ack() {
      underWay = Math.max(0, underWay - 1);
      if (!held || underWay >= WINDOW) return;
      const { update } = held;
      held = undefined;
      underWay += 1;
      send(update);
    },
  };
}

function unknownMethod(method: string): LayerloomError {
  return new LayerloomError("NOT_FOUND", `There is no method ${JSON.stringify(method.slice(0, 100))}.`);
}
