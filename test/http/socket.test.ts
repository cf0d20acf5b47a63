/** The WebSocket under real clients: who gets one, what a bad one may do to others (nothing). */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ClientOptions, WebSocket } from "ws";
import { type RunningServer, startServer } from "#http/server.ts";
import { EngineDouble } from "#test/contract/engine-double.ts";

let server: RunningServer;
let api: EngineDouble;
beforeEach(async () => {
  api = new EngineDouble();
  server = await startServer({ api });
});
afterEach(() => server.close());

/** The subprotocol that was agreed on, or the status it was refused with. */
function open(
  protocols: readonly string[],
  options: ClientOptions = {},
  path = "/api/v1/ws",
): Promise<string | number> {
  const socket = new WebSocket(`${server.url.replace("http", "ws")}${path}`, [...protocols], options);
  return new Promise((resolve) => {
    socket.on("open", () => {
      resolve(socket.protocol);
      socket.close();
    });
    socket.on("unexpected-response", (_request, response) => resolve(response.statusCode ?? 0));
    socket.on("error", () => resolve(0));
  });
}

function connected(): Promise<WebSocket> {
  const url = `${server.url.replace("http", "ws")}/api/v1/ws`;
  const socket = new WebSocket(url, ["layerloom", `token.${server.token}`]);
  return new Promise((resolve, reject) => {
    socket.on("open", () => resolve(socket));
    socket.on("error", reject);
  });
}

describe("who gets one", () => {
  test("with the token as subprotocol, or as a header", async () => {
    expect(await open(["layerloom", `token.${server.token}`])).toBe("layerloom");
    expect(await open(["layerloom"], { headers: { "x-api-key": server.token } })).toBe("layerloom");
  });

  test("without or with a wrong token: 401", async () => {
    expect(await open(["layerloom"])).toBe(401);
    expect(await open(["layerloom", "token.wrong"])).toBe(401);
    expect(await open(["layerloom", "token."])).toBe(401);
    expect(await open([], {}, `/api/v1/ws?token=${server.token}`)).toBe(401);
  });

  test("a foreign page or a rebound name: 403, whatever it knows", async () => {
    const protocols = ["layerloom", `token.${server.token}`];
    expect(await open(protocols, { origin: "http://evil.example" })).toBe(403);
    expect(await open(protocols, { headers: { host: "evil.example" } })).toBe(403);
    expect(await open(protocols, { origin: server.url })).toBe("layerloom");
  });

  test("nowhere else", async () => {
    const protocols = ["layerloom", `token.${server.token}`];
    expect(await open(protocols, {}, "/")).not.toBe("layerloom");
    expect(await open(protocols, {}, "/api/v1/info")).not.toBe("layerloom");
  });
});

describe("a bad client", () => {
  test("that sends binary or too much is cut off, and others do not notice", async () => {
    const [good, binary, large] = [await connected(), await connected(), await connected()];
    const closed = (socket: WebSocket) => new Promise((resolve) => socket.once("close", resolve));
    const both = Promise.all([closed(binary), closed(large)]);
    binary.send(Buffer.from([1, 2, 3]));
    large.on("error", () => undefined);
    large.send("x".repeat(17 * 1024 * 1024));
    expect(await both).toEqual([1008, 1009]);
    const answer = new Promise((resolve) =>
      good.once("message", (data) => resolve(JSON.parse(data.toString()))),
    );
    good.send('{"type":"call","id":1,"method":"info"}');
    expect(await answer).toMatchObject({ type: "result", id: 1 });
    good.close();
  });

  test("that vanishes leaves no watch behind", async () => {
    api.addRun("r");
    const socket = await connected();
    socket.send('{"type":"watch","id":1,"method":"watchRun","params":{"runId":"r"}}');
    await expect.poll(() => api.watchers("r")).toBe(1);
    socket.terminate();
    await expect.poll(() => api.watchers("r")).toBe(0);
  });

  test("does not hold up the end of the server", async () => {
    const socket = await connected();
    socket.pause();
    const started = performance.now();
    await server.close();
    expect(performance.now() - started).toBeLessThan(5_000);
    server = await startServer({ api });
  });
});
