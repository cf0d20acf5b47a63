/** The loopback server under real requests: who is let in, what REST answers, what the folder gives away. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { LayerloomError } from "#contract/errors.ts";
import { type RunningServer, startServer } from "#http/server.ts";
import { EngineDouble } from "#test/contract/engine-double.ts";
import { request } from "./request.ts";

let server: RunningServer;
let api: EngineDouble;
let folder: string;
let key: Record<string, string>;
const json = { "content-type": "application/json" };

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "layerloom-http-"));
  mkdirSync(join(folder, "client", "assets"), { recursive: true });
  writeFileSync(join(folder, "secret.txt"), "secret");
  writeFileSync(join(folder, "client", ".env"), "secret");
  writeFileSync(join(folder, "client", "index.html"), "<!doctype html><title>app</title>");
  writeFileSync(join(folder, "client", "assets", "app-123.js"), "export {};");
});
afterAll(() => rmSync(folder, { recursive: true }));

beforeEach(async () => {
  api = new EngineDouble();
  server = await startServer({ api, rendererDir: join(folder, "client") });
  key = { "x-api-key": server.token };
  return () => server.close();
});

const codeOf = (body: string): unknown => (JSON.parse(body) as { error: { code: string } }).error.code;

describe("who is let in", () => {
  test("no key, a wrong key, a wrong bearer: 401", async () => {
    for (const headers of [
      {},
      { "x-api-key": "x" },
      { authorization: "Bearer x" },
      { "x-api-key": `${server.token}x` },
    ]) {
      const answer = await request(server.url, "/api/v1/info", { headers });
      expect(answer.status).toBe(401);
      expect(codeOf(answer.body)).toBe("UNAUTHORIZED");
    }
    expect(api.calls).toEqual([]);
  });

  test("the key, as either header: 200", async () => {
    for (const headers of [key, { authorization: `Bearer ${server.token}` }]) {
      const answer = await request(server.url, "/api/v1/info", { headers });
      expect(answer.status).toBe(200);
      expect(JSON.parse(answer.body)).toMatchObject({ database: "memory" });
    }
  });

  test("the key in the query or as a cookie does not count", async () => {
    const inQuery = await request(server.url, `/api/v1/info?token=${server.token}`);
    const inCookie = await request(server.url, "/api/v1/info", {
      headers: { cookie: `token=${server.token}` },
    });
    expect([inQuery.status, inCookie.status]).toEqual([401, 401]);
  });

  test.each(["evil.example", "evil.example:80", "127.0.0.1:1", "127.0.0.1", "localhost.evil.example"])(
    "a foreign Host (%s) is refused, page and API alike",
    async (host) => {
      for (const path of ["/", "/api/v1/info"]) {
        const answer = await request(server.url, path, { headers: { ...key, host } });
        expect(answer.status).toBe(403);
        expect(codeOf(answer.body)).toBe("FORBIDDEN");
      }
    },
  );

  test("localhost with our port is us", async () => {
    const { port } = new URL(server.url);
    const answer = await request(server.url, "/api/v1/info", {
      headers: { ...key, host: `localhost:${port}` },
    });
    expect(answer.status).toBe(200);
  });

  test.each(["http://evil.example", "null", "https://127.0.0.1", "http://127.0.0.1:1"])(
    "a foreign Origin (%s) is refused even with the key",
    async (origin) => {
      const answer = await request(server.url, "/api/v1/info", { headers: { ...key, origin } });
      expect(answer.status).toBe(403);
    },
  );

  test("our own Origin is let in", async () => {
    const answer = await request(server.url, "/api/v1/info", { headers: { ...key, origin: server.url } });
    expect(answer.status).toBe(200);
  });

  test("401 and 403 come before the body is read", async () => {
    const head = (extra: string) =>
      `POST /api/v1/runs HTTP/1.1\r\nHost: ${new URL(server.url).host}\r\n${extra}Content-Type: application/json\r\nContent-Length: 100000000\r\n\r\n{`;
    expect(await firstLine(head(""))).toContain("401");
    expect(await firstLine(head("Origin: http://evil.example\r\n"))).toContain("403");
    expect(api.calls).toEqual([]);
  });

  test("an address of the API in disguise does not slip past the key", async () => {
    for (const path of [
      "/%61pi/v1/info",
      "/api//v1/info",
      "//api/v1/info",
      "/api/v1/info/",
      "/x/../api/v1/info",
    ]) {
      expect((await request(server.url, path)).body).not.toContain("memory");
    }
  });
});

describe("REST", () => {
  const post = (path: string, body: unknown, extra = {}) =>
    request(server.url, path, {
      method: "POST",
      headers: { ...key, ...json, ...extra },
      body: JSON.stringify(body),
    });
  const get = (path: string, extra = {}) => request(server.url, path, { headers: { ...key, ...extra } });

  test("start, list, result, cancel", async () => {
    const started = await post("/api/v1/runs", {
      text: "layerloom: 1",
      inputs: { a: 1 },
      provider: "simulated",
    });
    expect(started.status).toBe(201);
    expect(started.headers.location).toBe("/api/v1/runs/run-1");
    expect(JSON.parse(started.body)).toEqual({ runId: "run-1" });
    expect(JSON.parse((await get("/api/v1/runs?limit=5")).body)).toMatchObject({ runs: [{ id: "run-1" }] });
    expect(JSON.parse((await get("/api/v1/runs/run-1")).body)).toMatchObject({
      type: "result",
      run: { id: "run-1" },
    });
    expect((await post("/api/v1/runs/run-1/pause", {})).status).toBe(202);
    expect((await post("/api/v1/runs/run-1/resume", {})).status).toBe(202);
    expect(
      (await request(server.url, "/api/v1/runs/run-1/cancel", { method: "POST", headers: key })).status,
    ).toBe(202);
    expect(codeOf((await post("/api/v1/runs/run-1/resume", {})).body)).toBe("RUN_ENDED");
    expect(JSON.parse((await post("/api/v1/runs/run-1/retry", { from: "a" })).body)).toEqual({
      runId: "again",
    });
    expect(api.calls.at(-1)).toEqual({ method: "retryRun", params: { runId: "run-1", from: "a" } });
    api.addRun("run-9");
    expect((await post("/api/v1/runs/run-9/nodes/a/cancel", {})).status).toBe(202);
    expect(api.calls.at(-1)).toEqual({ method: "cancelRun", params: { runId: "run-9", node: "a" } });
    await post("/api/v1/runs/run-1/retry", { edited: { a: 1 } });
    expect(api.calls.at(-1)).toEqual({ method: "retryRun", params: { runId: "run-1", edited: { a: 1 } } });
    const part = { text: "x", partial: { mode: "only", node: "a" } };
    expect(JSON.parse((await post("/api/v1/runs/preview", part)).body)).toEqual({ nodes: [] });
    expect(api.calls.at(-1)).toEqual({ method: "previewRun", params: part });
  });

  test("a decision reaches the engine whole", async () => {
    api.addRun("r");
    const answer = await post("/api/v1/runs/r/decisions", {
      node: "n",
      outcome: "approved",
      value: { x: [1] },
    });
    expect(answer.status).toBe(202);
    expect(api.calls.at(-1)).toEqual({
      method: "decide",
      params: { runId: "r", node: "n", outcome: "approved", value: { x: [1] } },
    });
    const openedAt = new Date(1_700_000_000_007).toISOString();
    await post("/api/v1/runs/r/decisions", { node: "n", outcome: "approved", openedAt });
    expect(api.calls.at(-1)?.params).toMatchObject({ openedAt: 1_700_000_000_007 });
    expect(JSON.parse((await get("/api/v1/inbox")).body)).toEqual({ tasks: [] });
    expect(JSON.parse((await get("/api/v1/breakers")).body)).toMatchObject({
      breakers: [{ service: "anthropic/opus", state: "open" }],
    });
  });

  test("validate tells problems with status 200", async () => {
    expect(JSON.parse((await post("/api/v1/validate", { text: "good" })).body)).toEqual({
      valid: true,
      problems: [],
    });
    const bad = await post("/api/v1/validate", { text: "bad" });
    expect(bad.status).toBe(200);
    expect(JSON.parse(bad.body)).toMatchObject({
      valid: false,
      problems: [{ place: { line: 2, column: 3 } }],
    });
  });

  test("quote answers with the engine's figures", async () => {
    const request = { text: "x", inputs: { n: 1 } };
    const answer = await post("/api/v1/quote", request);
    expect([answer.status, JSON.parse(answer.body)]).toMatchObject([200, { pipeline: "double", nodes: [] }]);
    expect(api.calls.at(-1)).toEqual({ method: "quote", params: request });
  });

  test.each([
    ["/api/v1/runs", { text: 1 }],
    ["/api/v1/quote", { text: "x", unknown: true }],
    ["/api/v1/runs", { text: "x", unknown: true }],
    ["/api/v1/runs", []],
    ["/api/v1/validate", {}],
    ["/api/v1/runs/r/decisions", { outcome: "approved" }],
    ["/api/v1/runs/r/decisions", { node: "n", outcome: "approved", openedAt: 1_700_000_000_007 }],
    ["/api/v1/runs/r/decisions", []],
  ])("%s with a wrong body is BAD_REQUEST", async (path, body) => {
    const answer = await post(path, body);
    expect(answer.status).toBe(400);
    expect(codeOf(answer.body)).toBe("BAD_REQUEST");
  });

  test("what is not JSON, and what is too large, is told plainly", async () => {
    const noJson = await request(server.url, "/api/v1/runs", {
      method: "POST",
      headers: { ...key, ...json },
      body: "{",
    });
    expect([noJson.status, codeOf(noJson.body)]).toEqual([400, "BAD_REQUEST"]);
    const form = await request(server.url, "/api/v1/runs", {
      method: "POST",
      headers: { ...key, "content-type": "application/x-www-form-urlencoded" },
      body: "text=x",
    });
    expect([form.status, codeOf(form.body)]).toEqual([415, "BAD_REQUEST"]);
    const huge = await post("/api/v1/runs", { text: "x".repeat(17 * 1024 * 1024) }).catch(() => undefined);
    // The server may close before the client has written it all.
    if (huge) expect([huge.status, codeOf(huge.body)]).toEqual([413, "BAD_REQUEST"]);
    expect(api.calls).toEqual([]);
  });

  test("an unknown run is 404, an unknown address too, each in the shape", async () => {
    for (const path of ["/api/v1/runs/none", "/api/v1/runs/none/events", "/api/v1/none", "/api/v2/info"]) {
      const answer = await get(path);
      expect([path, answer.status, codeOf(answer.body)]).toEqual([path, 404, "NOT_FOUND"]);
    }
    expect((await get("/api/v1/runs/none/events", { accept: "text/event-stream" })).status).toBe(404);
  });

  test("without a key an unknown address of the API is no more open than a known one", async () => {
    for (const method of ["GET", "POST", "DELETE"]) {
      for (const path of ["/api", "/api/", "/api/unknown", "/api/v1/none", "/api/v1/info/"]) {
        const { status, body } = await request(server.url, path, { method });
        expect([method, path, status, codeOf(body)]).toEqual([method, path, 401, "UNAUTHORIZED"]);
      }
    }
  });

  test("what the framework refuses is told in full: code, message, hint, retryable", async () => {
    const answers = [
      await get("/api/unknown"),
      await get("/none.js"),
      await get("/%zz"),
      await request(server.url, "/api/v1/runs", { method: "DELETE", headers: key }),
      await request(server.url, "/api/v1/runs", { method: "POST", headers: { ...key, ...json }, body: "{" }),
      await request(server.url, "/api/v1/runs", {
        method: "POST",
        headers: { ...key, "content-type": "text/csv" },
        body: "a,b",
      }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 400, 404, 400, 415]);
    for (const { body } of answers) {
      expect(JSON.parse(body)).toMatchObject({
        error: {
          code: expect.stringMatching(/^(NOT_FOUND|BAD_REQUEST)$/),
          message: expect.any(String),
          hint: expect.any(String),
          retryable: false,
        },
      });
    }
  });

  test("a step that may not happen now is a conflict, not a fault of ours", async () => {
    const strict = new EngineDouble();
    strict.pauseRun = async () => {
      throw new LayerloomError("ILLEGAL_EVENT", "the run is paused");
    };
    const other = await startServer({ api: strict });
    const answer = await request(other.url, "/api/v1/runs/run-1/pause", {
      method: "POST",
      headers: { "x-api-key": other.token },
    });
    await other.close();
    expect([answer.status, codeOf(answer.body)]).toEqual([409, "ILLEGAL_EVENT"]);
  });

  test("an internal error has no stack", async () => {
    const answer = await post("/api/v1/runs", { text: "boom" });
    expect(answer.status).toBe(500);
    expect(codeOf(answer.body)).toBe("INTERNAL");
    expect(answer.body).not.toContain(".ts:");
  });
});

describe("events", () => {
  test("as JSON, from a position", async () => {
    api.addRun("r");
    api.push("r", ["RunStarted", "AttemptStarted", "AttemptSucceeded"]);
    const answer = await request(server.url, "/api/v1/runs/r/events?after=1&limit=1", { headers: key });
    expect(JSON.parse(answer.body)).toMatchObject({ events: [{ seq: 2, event: "AttemptStarted" }] });
  });

  test("as a stream: old events, new events, the result, the end; resumable", async () => {
    api.addRun("r");
    api.push("r", ["RunStarted", "AttemptStarted"]);
    const stream = request(server.url, "/api/v1/runs/r/events", {
      headers: { ...key, accept: "text/event-stream" },
    });
    await expect.poll(() => api.watchers("r")).toBe(1);
    api.push("r", ["AttemptSucceeded"]);
    api.push("r", ["RunEnded"], "completed");
    const { headers, body } = await stream;
    expect(headers["content-type"]).toContain("text/event-stream");
    expect([...body.matchAll(/^id: (\d+)$/gm)].map((match) => match[1])).toEqual(["1", "2", "3", "4"]);
    expect(body).toMatch(/event: result\ndata: \{"type":"result".*\}\n\n$/s);
    expect(api.watchers("r")).toBe(0);

    const rest = await request(server.url, "/api/v1/runs/r/events", {
      headers: { ...key, accept: "text/event-stream", "last-event-id": "3" },
    });
    expect([...rest.body.matchAll(/^id: (\d+)$/gm)].map((match) => match[1])).toEqual(["4"]);
  });

  test("a reader that goes away is forgotten", async () => {
    api.addRun("r");
    const { host, port } = new URL(server.url);
    const socket = connect(Number(port), "127.0.0.1");
    socket.write(
      `GET /api/v1/runs/r/events HTTP/1.1\r\nHost: ${host}\r\nX-API-Key: ${server.token}\r\nAccept: text/event-stream\r\n\r\n`,
    );
    await expect.poll(() => api.watchers("r")).toBe(1);
    socket.destroy();
    await expect.poll(() => api.watchers("r")).toBe(0);
  });
});

describe("the app's files", () => {
  test("the page, its assets, and index.html for its routes", async () => {
    const page = await request(server.url, "/");
    expect(page.status).toBe(200);
    expect(page.body).toContain("app");
    expect(page.headers["cache-control"]).toBe("no-cache");
    expect((await request(server.url, "/runs/abc")).body).toContain("app");
    const asset = await request(server.url, "/assets/app-123.js");
    expect(asset.headers["content-type"]).toContain("javascript");
    expect(asset.headers["cache-control"]).toContain("immutable");
  });

  test("every answer carries the security headers", async () => {
    for (const path of ["/", "/api/v1/info", "/assets/app-123.js", "/nothing.js"]) {
      const { headers } = await request(server.url, path);
      const policy = String(headers["content-security-policy"]);
      expect(policy).toContain("default-src 'self'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).toContain(`connect-src 'self' ws://${new URL(server.url).host}`);
      expect(policy).not.toContain("unsafe-eval");
      expect(headers["x-content-type-options"]).toBe("nosniff");
      expect(headers["referrer-policy"]).toBe("no-referrer");
    }
  });

  test.each([
    "/../secret.txt",
    "/%2e%2e/secret.txt",
    "/..%2fsecret.txt",
    "/assets/../../secret.txt",
    "/assets/%2e%2e%2f%2e%2e%2fsecret.txt",
    "/..\\secret.txt",
    "/%00",
    "/.env",
    "//etc/passwd",
    "/etc/passwd%00.html",
  ])("%s gives nothing away", async (path) => {
    const { body } = await request(server.url, path);
    expect(body).not.toContain("secret");
    expect(body).not.toContain("root:");
  });

  test("writing is not possible", async () => {
    for (const method of ["POST", "PUT", "DELETE"]) {
      expect((await request(server.url, "/index.html", { method })).status).toBe(404);
    }
  });

  test("without the built app only the API is there, and says so", async () => {
    const bare = await startServer({ api });
    const answer = await request(bare.url, "/");
    await bare.close();
    expect(answer.status).toBe(404);
    expect(answer.body).toContain("npm run build");
  });
});

describe("listening", () => {
  test("a port in use is one clear error", async () => {
    const { port } = new URL(server.url);
    await expect(startServer({ api, port: Number(port) })).rejects.toMatchObject({
      code: "PORT_IN_USE",
      message: expect.stringContaining(port),
    });
  });

  test("it listens on loopback only", async () => {
    const other: Server = createServer();
    const { port } = new URL(server.url);
    await new Promise<void>((resolve, reject) => {
      other.once("error", reject);
      other.listen(Number(port), "127.0.0.2", resolve);
    });
    other.close();
  });

  test("two servers have two tokens of 32 bytes", async () => {
    const other = await startServer({ api });
    await other.close();
    expect(other.token).not.toBe(server.token);
    expect(Buffer.from(other.token, "base64url")).toHaveLength(32);
  });
});

/** The status line that comes back while the announced body is never sent. */
function firstLine(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(server.url).port), "127.0.0.1", () => socket.write(text));
    socket.once("data", (data) => {
      resolve(data.toString().split("\r\n")[0] ?? "");
      socket.destroy();
    });
    socket.once("error", reject);
  });
}
