/** One contract of the wire, held over every pipe that carries it. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CALL_SCHEMAS } from "#contract/api-schemas.ts";
import type { EngineApi } from "#contract/engine-api.ts";
import { createRpcClient, type RpcReply } from "#contract/rpc.ts";
import { serveRpc } from "#contract/rpc-server.ts";
import type { RunUpdate } from "#contract/run.ts";
import {
  memoryPair,
  overDesktop,
  overMemory,
  overMessagePort,
  overWebSocket,
  type Served,
} from "./channels.ts";
import { EngineDouble } from "./engine-double.ts";

const PIPES = {
  WebSocket: overWebSocket,
  MessageChannel: overMessagePort,
  "the desktop's IPC": overDesktop,
  memory: overMemory,
};

describe.each(Object.entries(PIPES))("over %s", (_name, open) => {
  let engine: EngineDouble;
  let served: Served;
  let client: EngineApi;

  beforeEach(async () => {
    engine = new EngineDouble();
    served = await open(engine);
    client = createRpcClient(served.channel);
  });
  afterEach(() => served.cut());

  test("calls reach the engine with their parameters and come back with results", async () => {
    expect(await client.info()).toMatchObject({ version: "0.0.0" });
    expect(await client.startRun({ text: "あ😀", inputs: { a: [null, 1.5] } })).toEqual({ runId: "run-1" });
    expect(engine.calls.at(-1)).toEqual({
      method: "startRun",
      params: { text: "あ😀", inputs: { a: [null, 1.5] } },
    });
    expect(await client.putDraft({ key: "k", text: "t" })).toBeNull();
  });

  test("answers find their calls whatever their order", async () => {
    const answers = await Promise.all([client.info(), client.inbox(), client.listRuns({}), client.info()]);
    expect(answers.map(Array.isArray)).toEqual([false, true, true, false]);
  });

  test("a failure keeps code, message and hint, and no stack", async () => {
    const failure = await client.getRun({ runId: "none" }).catch((thrown: unknown) => thrown);
    expect(failure).toMatchObject({
      name: "LayerloomError",
      code: "NOT_FOUND",
      message: "There is no run none.",
    });
    await expect(client.startRun({ text: "boom" })).rejects.toMatchObject({ code: "INTERNAL" });
  });

  test("parameters are checked before the engine sees them", async () => {
    const wrong = { text: 7, surprise: true } as unknown as { text: string };
    await expect(client.startRun(wrong)).rejects.toMatchObject({ code: "BAD_REQUEST", field: "text" });
    expect(engine.calls).toEqual([]);
  });

  test("a watch begins with the whole picture, then changes; ending it ends it there too", async () => {
    engine.addRun("r");
    const seen: number[] = [];
    const stop = client.watchRun({ runId: "r" }, (update) => seen.push(update.seq));
    await expect.poll(() => seen).toEqual([0]);
    engine.push("r", ["RunStarted"]);
    engine.push("r", ["AttemptStarted"]);
    await expect.poll(() => seen).toEqual([0, 1, 2]);
    stop();
    await expect.poll(() => engine.watchers("r")).toBe(0);
  });

  test("engine watches work beside run watches", async () => {
    engine.addRun("r");
    let updates = 0;
    client.watchEngine(() => {
      updates += 1;
    });
    await client.info();
    engine.pushEngine();
    await expect.poll(() => updates).toBe(1);
  });

  test("a call under way when the pipe breaks fails with CONNECTION_LOST, later ones too", async () => {
    engine.info = () => new Promise(() => undefined);
    const call = client.info().catch((thrown: unknown) => thrown);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await served.cut();
    expect(await call).toMatchObject({ code: "CONNECTION_LOST", retryable: true });
    await expect(client.inbox()).rejects.toMatchObject({ code: "CONNECTION_LOST" });
  });

  test("a broken pipe ends its watches in the engine", async () => {
    engine.addRun("r");
    client.watchRun({ runId: "r" }, () => undefined);
    await expect.poll(() => engine.watchers("r")).toBe(1);
    await served.cut();
    await expect.poll(() => engine.watchers("r")).toBe(0);
  });
});

describe("the answering side trusts nothing", () => {
  const converse = () => {
    const engine = new EngineDouble();
    const [near, far] = memoryPair();
    serveRpc(far, engine);
    const replies: RpcReply[] = [];
    near.onMessage((text) => replies.push(JSON.parse(text) as RpcReply));
    return { engine, near, replies };
  };

  test.each([
    "",
    "{",
    "null",
    "[]",
    '{"type":"call"}',
    '{"type":"call","id":-1,"method":"info"}',
    '{"type":"nonsense","id":1}',
  ])("%j is answered with BAD_REQUEST", async (text) => {
    const { near, replies } = converse();
    near.send(text);
    await expect.poll(() => replies).toMatchObject([{ type: "error", error: { code: "BAD_REQUEST" } }]);
  });

  test.each(["constructor", "__proto__", "toString", "watchRun", "push", "Info"])(
    "method %s is not callable",
    async (method) => {
      const { near, replies, engine } = converse();
      near.send(JSON.stringify({ type: "call", id: 3, method }));
      near.send(JSON.stringify({ type: "watch", id: 4, method: method === "watchRun" ? "info" : method }));
      await expect.poll(() => replies).toHaveLength(2);
      expect(replies.map((reply) => reply.type === "error" && reply.error.code)).toEqual([
        "NOT_FOUND",
        "NOT_FOUND",
      ]);
      expect(engine.calls).toEqual([]);
    },
  );

  test("watches are bounded", async () => {
    const { near, replies, engine } = converse();
    engine.addRun("r");
    for (let id = 1; id <= 300; id += 1) {
      near.send(JSON.stringify({ type: "watch", id, method: "watchRun", params: { runId: "r" } }));
    }
    await expect.poll(() => replies.filter((reply) => reply.type === "error")).toHaveLength(300 - 256);
    expect(engine.watchers("r")).toBe(256);
  });

  test("the allow-list is the interface", () => {
    const [near] = memoryPair();
    const methods = Object.keys(createRpcClient(near)).filter((name) => !name.startsWith("watch"));
    expect(Object.keys(CALL_SCHEMAS).toSorted()).toEqual(methods.toSorted());
  });
});

test("a reader that does not acknowledge gets a few updates, then one that holds the rest", async () => {
  const engine = new EngineDouble();
  const [near, far] = memoryPair();
  serveRpc(far, engine);
  const updates: RunUpdate[] = [];
  near.onMessage((text) => {
    const reply = JSON.parse(text) as RpcReply;
    if (reply.type === "update") updates.push(reply.update as RunUpdate);
  });
  const node = (id: string) => ({
    id,
    status: "running" as const,
    activations: 1,
    attempts: 1,
    attempt: 1,
    maxAttempts: 6,
    cost: { usd: 0, tokens: 0 },
  });
  engine.addRun("r");
  near.send(JSON.stringify({ type: "watch", id: 1, method: "watchRun", params: { runId: "r" } }));
  await expect.poll(() => updates).toHaveLength(1);
  for (let index = 0; index < 50; index += 1)
    engine.push("r", ["AttemptStarted"], "running", [node(`n${index % 20}`)]);
  await expect.poll(() => updates).toHaveLength(4);
  near.send(JSON.stringify({ type: "ack", id: 1 }));
  await expect.poll(() => updates).toHaveLength(5);
  expect(updates.at(-1)?.seq).toBe(50);
  expect(updates.at(-1)?.nodes).toHaveLength(20);
});
