/**
 * Every command that README.md and docs/ show works. Each `sh`, `bash` and `console` block is executed line by line,
 * for real, in a copy of the checkout; where a console block shows output, that is what must come out.
 *
 * Not executed:
 * - `npm ci`, `npm test` and every other script but `start` and `layerloom` (they would install or test within this
 *   test, or measure for minutes): only that package.json has the script is checked.
 * Executed with a change:
 * - `npm start` runs without a display on a free port, and is ended once it answers;
 * - `serve` gets a free port and stays for the commands after it; `curl` asks that server, and fails on an error reply;
 * - `KEY=…` becomes the key that the server printed.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DocCommand, shellBlocks } from "./support/blocks.ts";
import { type Checkout, copyCheckout } from "./support/checkout.ts";
import { compare, withRealIds } from "./support/compare.ts";
import { freePort, runToEnd, type Server, startServer } from "./support/shell.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const LIMIT_MS = 180_000;

const pages = [
  "README.md",
  ...readdirSync(join(ROOT, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

/** What one page's commands share: the shell's variables, the runs it has seen, the server it has started. */
class Session {
  readonly #checkout: Checkout;
  readonly #ids = new Map<string, string>();
  readonly #variables: Record<string, string> = {};
  #server: { readonly port: string; readonly running: Server } | undefined;

  constructor(checkout: Checkout) {
    this.#checkout = checkout;
  }

  async perform(command: DocCommand, exit: number): Promise<void> {
    const text = this.#moved(withRealIds(command.text, this.#ids));
    const scripts = /^(?:npm ci && )?npm (?:run |)([\w:]+)/.exec(text);
    const script = scripts?.[1] ?? "";
    if (script === "start") await this.#start();
    else if (/layerloom -- serve\b/.test(text)) await this.#serve(text, command.shown);
    else if (script === "ci") expect(existsSync(join(ROOT, "package-lock.json"))).toBe(true);
    else if (scripts && !text.includes("layerloom -- ")) expect(packageScripts()).toContain(script);
    else if (/^KEY=/.test(text)) this.#variables.KEY = this.#served().token;
    else await this.#execute(text.replace(/^curl /, "curl --fail "), command.shown, exit);
  }

  async end(): Promise<void> {
    await this.#server?.running.end();
    this.#server = undefined;
  }

  async #start(): Promise<void> {
    await this.end();
    const server = await startServer(`npm start -- --port ${await freePort()}`, this.#checkout);
    try {
      expect(server.printed).toContain("Serving the app to your browser, because there is no display.");
      const page = await fetch(server.url);
      expect([page.status, page.headers.get("content-type")]).toEqual([200, expect.stringContaining("html")]);
    } finally {
      await server.end();
    }
  }

  async #serve(text: string, shown: readonly string[] | undefined): Promise<void> {
    await this.end();
    const [asked, port] = /--port (\d+)/.exec(text) ?? [];
    if (asked === undefined || port === undefined)
      throw new Error("name a --port, so that the page can use it");
    const free = await freePort();
    const running = await startServer(text.replace(asked, `--port ${free}`), this.#checkout);
    this.#server = { port, running };
    expect(running.url).toBe(`http://127.0.0.1:${free}`);
    if (shown) compare(shown, running.printed.replaceAll(String(free), port), this.#ids);
  }

  async #execute(text: string, shown: readonly string[] | undefined, exit: number): Promise<void> {
    const { code, stdout, stderr } = await runToEnd(text, this.#checkout, this.#variables);
    if (code !== exit) throw new Error(`exit code ${code}, not ${exit}\n${stdout}${stderr}`);
    if (shown) compare(shown, stdout + stderr, this.#ids);
  }

  /** The page's port is not free on every machine. */
  #moved(text: string): string {
    if (!this.#server) return text;
    const { port, running } = this.#server;
    return text.replaceAll(`http://127.0.0.1:${port}`, running.url);
  }

  #served(): Server {
    if (!this.#server) throw new Error("a key needs a `serve` before it");
    return this.#server.running;
  }
}

function packageScripts(): readonly string[] {
  const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { scripts: object };
  return Object.keys(manifest.scripts);
}

const isExitQuestion = (command: DocCommand | undefined): boolean => command?.text === "echo $?";

describe("the commands of the pages", () => {
  let checkout: Checkout;
  beforeAll(() => {
    checkout = copyCheckout(ROOT);
  });
  afterAll(() => checkout.remove());

  // In order, README.md first: its `npm start` builds the app that a later `serve` shows.
  for (const page of pages) {
    const blocks = shellBlocks(readFileSync(join(ROOT, page), "utf8"));
    if (blocks.length === 0) continue;
    test(
      page,
      async () => {
        const session = new Session(checkout);
        try {
          for (const { commands } of blocks) {
            for (const [index, command] of commands.entries()) {
              if (isExitQuestion(command)) continue;
              const next = commands[index + 1];
              const exit = isExitQuestion(next) ? Number(next?.shown?.[0]) : 0;
              await session.perform(command, exit).catch((cause: unknown) => {
                const why = cause instanceof Error ? cause.message : String(cause);
                throw new Error(`${page}:${command.line}: ${command.text}\n${why}`, { cause });
              });
            }
          }
        } finally {
          await session.end();
        }
      },
      LIMIT_MS,
    );
  }

  test("the file that README.md shows runs as it is", async () => {
    const file = /```yaml\n(layerloom: 1\n[\s\S]*?)```/.exec(
      readFileSync(join(ROOT, "README.md"), "utf8"),
    )?.[1];
    writeFileSync(join(checkout.folder, "shown.layerloom.yaml"), file ?? "");
    const { code, stdout, stderr } = await runToEnd(
      "npm run -s layerloom -- run shown.layerloom.yaml --provider simulated",
      checkout,
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("We are very sorry.");
  });

  test("README.md shows the two commands, each command of the command line, and the interface", () => {
    const texts = shellBlocks(readFileSync(join(ROOT, "README.md"), "utf8"))
      .flatMap(({ commands }) => commands)
      .map(({ text }) => text)
      .join("\n");
    expect(texts).toContain("npm ci && npm start");
    expect(texts).toContain("npm ci && npm test");
    for (const command of [
      "run",
      "simulate",
      "validate",
      "export",
      "runs",
      "inbox",
      "decide",
      "breakers",
      "serve",
    ]) {
      expect(texts).toContain(`layerloom -- ${command} `.trimEnd());
    }
    expect(texts.match(/^curl /gm)).toHaveLength(3);
  });
});
