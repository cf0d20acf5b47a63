/** The engine's process: what it tells the main process, and how it ends. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { LayerloomError } from "#contract/errors.ts";
import { serveHost } from "#electron/engine-host/host.ts";
import type { HostPort } from "#electron/engine-host/port-channel.ts";
import type { HostNews, HostRequest } from "#electron/shared/channels.ts";
import { openEngine } from "#engine/open.ts";
import { EngineDouble } from "#test/contract/engine-double.ts";

let folder: string;
let news: HostNews[];
let left: number[];
let tell: (request: HostRequest, ports?: HostPort[]) => void;
const parent = {
  on: (_event: "message", listener: (event: { data: HostRequest; ports: HostPort[] }) => void) => {
    tell = (data, ports = []) => listener({ data, ports });
  },
  postMessage: (message: HostNews) => news.push(message),
};
const grantFile = (): void => undefined;
const leave = (code: number): void => void left.push(code);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "layerloom-host-"));
  news = [];
  left = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const settings = () => ({
  database: join(folder, "x.db"),
  workspace: join(folder, "work"),
  templates: folder,
});

test("it says that it is ready, then how many runs are under way", async () => {
  const engine = new EngineDouble();
  await serveHost(
    parent,
    settings(),
    () => ({ api: engine, grantFile, close: async () => undefined }),
    leave,
  );
  expect(news).toEqual([{ type: "ready" }]);
  engine.addRun("a", "running");
  engine.addRun("b", "completed");
  engine.addRun("c", "waiting");
  engine.pushEngine();
  expect(news.at(-1)).toEqual({ type: "live", runs: 2 });
});

test("what hinders it is told with its code, and it leaves", async () => {
  const locked = new LayerloomError("DATABASE_LOCKED", "in use", { hint: "Wait." });
  await serveHost(parent, settings(), () => Promise.reject(locked), leave);
  expect(news).toEqual([{ type: "failed", code: "DATABASE_LOCKED", message: "in use", hint: "Wait." }]);
  expect(left).toEqual([1]);
});

test("asked to stop, it closes the engine first", async () => {
  const engine = openEngine({ ...settings(), workspace: folder });
  let closed = false;
  const close = async (): Promise<void> => {
    await engine.close();
    closed = true;
  };
  await serveHost(parent, settings(), () => ({ ...engine, close }), leave);
  tell({ type: "stop" });
  await expect.poll(() => left).toEqual([0]);
  expect(closed).toBe(true);
});

test("a file outside the workspace opens after the main process granted it; a page cannot grant one", async () => {
  const engine = openEngine({ ...settings(), workspace: join(folder, "work") });
  const path = join(folder, "mine.layerloom.yaml");
  writeFileSync(path, "layerloom: 1\n");
  await serveHost(parent, settings(), () => engine, leave);
  const replies: unknown[] = [];
  const page = pagePort((text) => replies.push(JSON.parse(text)));
  tell({ type: "connect" }, [page.port]);
  const ask = async (id: number, method: string): Promise<unknown> => {
    page.say(JSON.stringify({ type: "call", id, method, params: { path } }));
    await expect.poll(() => replies.length).toBe(id);
    return replies.at(-1);
  };
  page.say(JSON.stringify({ type: "grant", path }));
  await expect.poll(() => replies).toMatchObject([{ type: "error" }]);
  expect(await ask(2, "grantFile")).toMatchObject({ type: "error" });
  expect(await ask(3, "openFile")).toMatchObject({ error: { code: "FILE_NOT_GRANTED" } });
  tell({ type: "grant", path });
  expect(await ask(4, "openFile")).toMatchObject({
    type: "result",
    result: { path, text: "layerloom: 1\n" },
  });
  await engine.close();
});

/** The host's end of a port whose far end is played by the test. */
function pagePort(heard: (text: string) => void): { readonly port: HostPort; say(text: string): void } {
  let say: (event: { data: unknown }) => void = () => undefined;
  const port: HostPort = {
    on: (name: "message" | "close", listener: (event: { data: unknown }) => void) => {
      if (name === "message") say = listener;
    },
    postMessage: (message) => heard(String(message)),
    start: () => undefined,
    close: () => undefined,
  };
  return { port, say: (text) => say({ data: text }) };
}
