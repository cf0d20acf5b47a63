import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { http } from "#activities/http.ts";
import { retryAfterMs } from "#activities/retry-after.ts";
import type { JsonObject } from "#contract/json.ts";
import { failureOf } from "#ports/failure.ts";
import { contextFor, deadAddress, outputOf, thrownBy } from "./support/context.ts";

type Seen = { method: string; url: string; headers: IncomingMessage["headers"]; body: string };
type Handler = (request: IncomingMessage, response: ServerResponse) => void;

let server: Server;
let base: string;
let seen: Seen[] = [];
let handler: Handler = (_request, response) => response.end();

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    seen.push({ method: request.method ?? "", url: request.url ?? "", headers: request.headers, body });
    handler(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  base = `http://127.0.0.1:${address.port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  seen = [];
});

const answer = (status: number, headers: Record<string, string>, body: string): Handler => {
  return (_request, response) => response.writeHead(status, headers).end(body);
};
const json = { "content-type": "application/json; charset=utf-8" };
const get = (settings: JsonObject = {}) => outputOf(http, { url: `${base}/a`, ...settings });
const failure = async (settings: JsonObject = {}) => failureOf(await thrownBy(() => get(settings)));

describe("http", () => {
  it("sends what it is told", async () => {
    handler = answer(201, json, '{"ok":true}');
    const settings = {
      url: `${base}/items?x=1`,
      method: "POST",
      headers: { "X-Own": "1" },
      query: { q: "a b&c", list: [1, 2], none: null },
      body: { n: "語" },
    };
    expect(await outputOf(http, settings)).toMatchObject({ status: 201, body: { ok: true } });
    expect(seen[0]).toMatchObject({
      method: "POST",
      url: "/items?x=1&q=a+b%26c&list=1&list=2",
      body: '{"n":"語"}',
      headers: { "x-own": "1", "content-type": "application/json", "idempotency-key": "r1/n1/1" },
    });
  });

  it("reads the answer as it says it is, or as it is told to", async () => {
    handler = answer(200, json, "[1]");
    expect(await get()).toMatchObject({ body: [1], headers: { "content-type": json["content-type"] } });
    expect(await get({ expect: "text" })).toMatchObject({ body: "[1]" });
    handler = answer(200, { "content-type": "application/problem+json" }, "{}");
    expect(await get()).toMatchObject({ body: {} });
    handler = answer(200, { "content-type": "text/plain" }, "7");
    expect(await get()).toMatchObject({ body: "7" });
    expect(await get({ expect: "json" })).toMatchObject({ body: 7 });
    handler = answer(204, {}, "");
    expect(await get()).toMatchObject({ status: 204, body: null });
    handler = answer(200, {}, "<html>");
    expect(await failure({ expect: "json" })).toMatchObject({ code: "HTTP_FAILED", class: "permanent" });
  });

  it.each([
    [408, "transient"],
    [409, "transient"],
    [425, "transient"],
    [429, "transient"],
    [500, "transient"],
    [503, "transient"],
    [400, "permanent"],
    [401, "permanent"],
    [404, "permanent"],
    [304, "permanent"],
  ])("status %i is %s", async (status, expected) => {
    handler = answer(status, {}, "why");
    expect(await failure()).toMatchObject({ code: "HTTP_FAILED", class: expected });
  });

  it("hands on when to try again", async () => {
    handler = answer(429, { "retry-after": "3" }, "slow down");
    expect(await failure()).toEqual({
      code: "HTTP_FAILED",
      message: `GET ${base}/a: status 429: slow down`,
      class: "transient",
      rule: "built-in: HTTP 429",
      status: 429,
      retryAfterMs: 3_000,
    });
  });

  it("takes other statuses for a success when told to, and only those", async () => {
    handler = answer(404, {}, "");
    expect(await get({ okStatus: [404] })).toMatchObject({ status: 404 });
    handler = answer(200, {}, "");
    expect(await failure({ okStatus: [404] })).toMatchObject({ code: "HTTP_FAILED" });
    handler = answer(302, { location: "/b" }, "");
    expect(await get({ okStatus: [302] })).toMatchObject({ status: 302, headers: { location: "/b" } });
  });

  it("follows few redirects, and does not carry a body or a password where it should not", async () => {
    handler = (request, response) => {
      if (request.url === "/a") response.writeHead(302, { location: "/b" }).end();
      else if (request.url === "/b") {
        response.writeHead(307, { location: `${base.replace("127.0.0.1", "localhost")}/c` }).end();
      } else response.end("there");
    };
    const settings = { method: "POST", body: "x", headers: { authorization: "Bearer s" } };
    expect(await get(settings)).toMatchObject({ body: "there" });
    expect(seen.map(({ method, body, headers }) => [method, body, headers.authorization])).toEqual([
      ["POST", "x", "Bearer s"],
      ["GET", "", "Bearer s"],
      ["GET", "", undefined],
    ]);
    handler = (_request, response) => response.writeHead(302, { location: "/again" }).end();
    expect(await failure()).toMatchObject({ message: expect.stringContaining("more than 5 redirects") });
    handler = answer(302, { location: "file:///etc/passwd" }, "");
    expect(await failure()).toMatchObject({ code: "HTTP_FAILED", class: "permanent" });
  });

  it("stops reading at 10 MiB", async () => {
    handler = (_request, response) => {
      const chunk = Buffer.alloc(1024 * 1024);
      const more = () => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on("drain", more);
      more();
    };
    expect(await failure()).toMatchObject({ code: "OUTPUT_TOO_LARGE" });
  });

  it("network errors are transient and keep secrets of the address to themselves", async () => {
    handler = (request) => request.socket.destroy();
    expect(await failure()).toMatchObject({ code: "HTTP_FAILED", class: "transient" });
    const refused = await failure({ url: `http://user:pw@${await deadAddress()}/a?token=t` });
    expect(refused).toMatchObject({ code: "HTTP_FAILED", class: "transient" });
    expect(refused.message).toContain("ECONNREFUSED");
    expect(refused.message).not.toMatch(/pw|token/);
    handler = answer(200, {}, "in");
    const url = base.replace("//", "//us%20er:pw@");
    expect(await get({ url })).toMatchObject({ body: "in" });
    expect(seen.at(-1)?.headers.authorization).toBe(`Basic ${btoa("us er:pw")}`);
  });

  it("an answer cut off in the middle is transient", async () => {
    handler = (_request, response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("half");
      setTimeout(() => response.destroy(), 10);
    };
    expect(await failure()).toMatchObject({ code: "HTTP_FAILED", class: "transient" });
  });

  it("ends at once when cancelled, with the reason", async () => {
    handler = () => undefined;
    const controller = new AbortController();
    const context = contextFor({ signal: controller.signal });
    setTimeout(() => controller.abort(new Error("stop now")), 20);
    const thrown = await thrownBy(() => outputOf(http, { url: `${base}/a` }, context));
    expect(thrown).toEqual(new Error("stop now"));
  });

  it("refuses what is no web address, and a body on GET", async () => {
    for (const url of ["file:///etc/passwd", "ftp://x/", "nonsense", ""]) {
      expect(http.input.safeParse({ url }).success).toBe(false);
    }
    expect(await failure({ body: "x" })).toMatchObject({ code: "INVALID_VALUE" });
    expect(await failure({ headers: { "bad name": "x" } })).toMatchObject({ class: "permanent" });
  });

  it("touches no network under simulation", async () => {
    const context = contextFor({ simulated: true });
    const url = `${base}/a`;
    expect(await outputOf(http, { url }, context)).toEqual({
      status: 200,
      headers: {},
      body: null,
      simulated: true,
    });
    expect(await outputOf(http, { url, simulate: { body: [1] } }, context)).toMatchObject({ body: [1] });
    expect(seen).toEqual([]);
  });
});

describe("retryAfterMs", () => {
  const of = (headers: Record<string, string>) =>
    retryAfterMs(new Headers(headers), Date.parse("2026-01-01T00:00:00Z"));

  it("reads milliseconds, seconds and dates", () => {
    expect(of({ "retry-after-ms": "1500", "retry-after": "9" })).toBe(1_500);
    expect(of({ "retry-after": "2" })).toBe(2_000);
    expect(of({ "retry-after": "0.5" })).toBe(500);
    expect(of({ "retry-after": "Thu, 01 Jan 2026 00:00:10 GMT" })).toBe(10_000);
    expect(of({ "retry-after": "Wed, 31 Dec 2025 00:00:00 GMT" })).toBe(0);
    expect(of({ "retry-after": "Thursday, 01-Jan-26 00:00:10 GMT" })).toBe(10_000);
    expect(of({ "retry-after": "0" })).toBe(0);
  });

  it("takes what makes no sense for no wish", () => {
    for (const text of ["soon", "-5", "in 5 minutes", "5 apples", "1e3", "NaN", "Infinity", "12:00", ""])
      expect(of({ "retry-after": text }), text).toBeUndefined();
    expect(of({ "retry-after-ms": "-1" })).toBeUndefined();
    expect(of({ "retry-after-ms": "12 or so", "retry-after": "2" })).toBe(2_000);
  });

  it("takes a huge wish as a number that a journal can hold", () => {
    for (const text of ["99999999999999999999", "9".repeat(400)])
      expect(of({ "retry-after": text })).toBe(Number.MAX_SAFE_INTEGER);
    expect(of({ "retry-after": "Fri, 31 Dec 9999 23:59:59 GMT" })).toBeGreaterThan(2 ** 40);
  });

  it("of none", () => {
    expect(of({})).toBeUndefined();
    expect(retryAfterMs(undefined, 0)).toBeUndefined();
  });
});
