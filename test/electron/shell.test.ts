/** The desktop shell with Electron handed in: what is locked, who is listened to, what happens at open and quit. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { MENU_COMMANDS } from "#contract/desktop.ts";
import { startShell } from "#electron/main/shell.ts";
import { INVOKE, SHOW, TELL } from "#electron/shared/channels.ts";
import {
  BrowserWindowDouble,
  closable,
  ElectronDouble,
  NotificationDouble,
  WebContentsDouble,
} from "./electron-double.ts";

let folder: string;
let electron: ElectronDouble;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "layerloom-shell-"));
  mkdirSync(join(folder, "client"));
  writeFileSync(join(folder, "client", "index.html"), "<title>app</title>");
  writeFileSync(join(folder, "secret.txt"), "secret");
  electron = new ElectronDouble();
});
afterEach(() => rmSync(folder, { recursive: true }));

async function start(
  argv: readonly string[] = ["layerloom"],
  platform: NodeJS.Platform = "linux",
): Promise<boolean> {
  const paths = {
    renderer: join(folder, "client"),
    preload: "/built/preload/main.cjs",
    host: "/built/host/main.js",
    database: "/data/layerloom.db",
    workspace: "/documents/Layerloom",
    templates: "/built/examples",
    windowPlace: join(folder, "window.json"),
  };
  const started = startShell(electron.api, () => paths, { platform, argv, cwd: folder });
  await Promise.resolve();
  await Promise.resolve();
  return started;
}
const theWindow = (): BrowserWindowDouble => BrowserWindowDouble.made.at(-1) as BrowserWindowDouble;
const theChild = () => electron.children.at(-1) as (typeof electron.children)[number];

describe("the window is confined", () => {
  test("sandboxed, isolated, without Node, at the app's own address", async () => {
    await start();
    expect(electron.app.calls).toContain("sandbox");
    expect(theWindow().url).toBe("app://layerloom/index.html");
    expect(theWindow().options.webPreferences).toEqual({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      preload: "/built/preload/main.cjs",
    });
    expect(electron.schemes).toEqual([
      { scheme: "app", privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
    ]);
  });

  test("any contents: no new windows, no webviews, no way off the app's origin", async () => {
    await start();
    const contents = new WebContentsDouble();
    electron.app.emit("web-contents-created", {}, contents);
    expect(contents.openHandler?.()).toEqual({ action: "deny" });
    const prevented = (name: string, details: object): boolean => {
      const event = Object.assign(closable(), details);
      contents.emit(name, event);
      return event.prevented;
    };
    expect(prevented("will-attach-webview", {})).toBe(true);
    expect(prevented("will-redirect", { url: "app://layerloom/index.html" })).toBe(true);
    for (const url of [
      "https://example.com/",
      "file:///etc/passwd",
      "app://other/",
      "javascript:alert(1)",
      "nonsense",
    ]) {
      expect(prevented("will-frame-navigate", { isMainFrame: true, url })).toBe(true);
    }
    expect(prevented("will-frame-navigate", { isMainFrame: false, url: "app://layerloom/index.html" })).toBe(
      true,
    );
    expect(prevented("will-frame-navigate", { isMainFrame: true, url: "app://layerloom/index.html" })).toBe(
      false,
    );
  });

  test("permissions: the clipboard for our own page, nothing else, nobody else", async () => {
    await start();
    const { defaultSession: session } = electron.session;
    const request = (permission: string, url: string): boolean => {
      let granted = false;
      session.ask("permission request", { getURL: () => url }, permission, (answer: boolean) => {
        granted = answer;
      });
      return granted;
    };
    const ours = "app://layerloom/index.html";
    for (const permission of [
      "media",
      "geolocation",
      "notifications",
      "midi",
      "openExternal",
      "fileSystem",
      "hid",
    ]) {
      expect(request(permission, ours)).toBe(false);
      expect(session.ask("permission check", null, permission, ours)).toBe(false);
    }
    expect(request("clipboard-sanitized-write", ours)).toBe(true);
    expect(request("clipboard-read", "https://example.com/")).toBe(false);
    expect(session.ask("permission check", null, "clipboard-read", "https://example.com")).toBe(false);
    expect(session.ask("device", {})).toBe(false);
  });

  test("the network is out of reach, downloads are refused", async () => {
    await start();
    const cancelled = (url: string): boolean => {
      let cancel = false;
      electron.session.defaultSession.ask("request", { url }, (answer: { cancel: boolean }) => {
        cancel = answer.cancel;
      });
      return cancel;
    };
    for (const url of [
      "https://example.com/",
      "http://127.0.0.1/",
      "ws://127.0.0.1/",
      "file:///etc/passwd",
      "",
    ]) {
      expect(cancelled(url)).toBe(true);
    }
    expect(
      ["app://layerloom/x.js", "blob:app://layerloom/1", "data:image/png;base64,"].map(cancelled),
    ).toEqual([false, false, false]);
    const download = closable();
    electron.session.defaultSession.emit("will-download", download);
    expect(download.prevented).toBe(true);
  });

  test("app:// serves the built app with its policy, and no other file", async () => {
    await start();
    const fetch = (url: string, init?: RequestInit): Promise<Response> =>
      electron.session.defaultSession.ask("protocol app", new Request(url, init)) as Promise<Response>;
    const page = await fetch("app://layerloom/index.html");
    expect(await page.text()).toContain("app");
    const policy = page.headers.get("content-security-policy");
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("object-src 'none'");
    expect(policy).not.toContain("unsafe-eval");
    for (const url of [
      "app://layerloom/../secret.txt",
      "app://layerloom/%2e%2e/secret.txt",
      "app://layerloom/..%2fsecret.txt",
      "app://layerloom/%2e%2e%2fsecret.txt",
      "app://layerloom/..%5csecret.txt",
      "app://other/index.html",
      "app://layerloom/%00",
      "app://layerloom/%",
      "app://layerloom/none.js",
    ]) {
      const answer = await fetch(url);
      expect([url, answer.status]).toEqual([url, 404]);
      expect(await answer.text()).not.toContain("secret");
    }
    expect((await fetch("app://layerloom/index.html", { method: "POST" })).status).toBe(404);
  });
});

describe("messages are taken from our own page only", () => {
  const send = (channel: string, value: unknown, event?: object) => {
    const { webContents } = theWindow();
    const own = { sender: webContents, senderFrame: webContents.mainFrame };
    return electron.ipc.get(channel)?.({ ...own, ...event }, value);
  };
  const strangers = (): object[] => {
    const { webContents } = theWindow();
    const other = new WebContentsDouble();
    return [
      { senderFrame: null },
      { senderFrame: { url: "app://layerloom/index.html" } },
      { sender: other, senderFrame: other.mainFrame },
      { senderFrame: Object.assign(webContents.mainFrame, {}), sender: other },
    ];
  };

  test("dialogs answer our page, and refuse any other frame or window", async () => {
    await start();
    expect(await send(INVOKE.openDialog, { title: "x" })).toBe("/x/a.layerloom.yaml");
    expect(await send(INVOKE.saveDialog, { suggestedName: "y" })).toBeUndefined();
    for (const event of strangers())
      await expect(send(INVOKE.openDialog, {}, event)).rejects.toThrow("refused");
    theWindow().webContents.mainFrame.url = "https://example.com/";
    await expect(send(INVOKE.openDialog, {})).rejects.toThrow("refused");
  });

  test("what does not have the shape is refused or ignored", async () => {
    await start();
    await expect(send(INVOKE.openDialog, { title: 1 })).rejects.toThrow();
    await expect(send(INVOKE.openDialog, { properties: ["openDirectory"] })).rejects.toThrow();
    for (const state of [
      null,
      {},
      { title: "x", dirty: "yes", openTasks: 0 },
      { title: "x", dirty: true, openTasks: -1 },
    ]) {
      send(TELL.windowState, state);
    }
    expect(theWindow().calls).toEqual([]);
    send(TELL.wantEngine, "1");
    expect(theChild().posted).toEqual([]);
  });

  test("the window's state shows in title, proxy icon and badge; a stranger's does not", async () => {
    await start();
    send(TELL.windowState, { title: "a — Layerloom", path: "/x/a", dirty: true, openTasks: 2 });
    expect(theWindow().calls).toEqual(["title a — Layerloom", "edited true", "file /x/a"]);
    expect(electron.app.badge).toBe(2);
    for (const event of strangers())
      send(TELL.windowState, { title: "evil", dirty: false, openTasks: 9 }, event);
    expect(electron.app.badge).toBe(2);
  });

  test("a notification takes the place of the one before; a click on it brings the window to its run", async () => {
    await start();
    const target = { runId: "r1", node: "ask" };
    const notice = { title: "Orders", body: "A question waits.", target };
    for (const event of strangers()) send(TELL.notify, notice, event);
    for (const wrong of [
      { title: "x" },
      { ...notice, icon: "/etc/passwd" },
      { ...notice, body: "x".repeat(401) },
    ])
      send(TELL.notify, wrong);
    expect(NotificationDouble.made).toEqual([]);
    send(TELL.notify, notice);
    send(TELL.notify, { title: "Layerloom", body: "2 runs need you." });
    const [first, second] = NotificationDouble.made;
    expect(first?.options).toEqual({ title: "Orders", body: "A question waits." });
    expect([first?.state, second?.state]).toEqual(["closed", "shown"]);
    send(TELL.notify, notice);
    NotificationDouble.made[2]?.emit("click");
    expect(theWindow().calls).toEqual(["restore", "focus"]);
    expect(theWindow().webContents.sent).toEqual([{ channel: SHOW.notice, value: target, ports: [] }]);
  });

  test("notifications go with the window, and none is made where the system has none", async () => {
    await start();
    const notice = { title: "Orders", body: "A question waits." };
    send(TELL.notify, notice);
    theWindow().close();
    expect(NotificationDouble.made.map(({ state }) => state)).toEqual(["closed"]);
    electron.app.emit("activate");
    NotificationDouble.supported = false;
    send(TELL.notify, notice);
    expect(NotificationDouble.made).toHaveLength(1);
  });

  test("a port to the engine: one end to its process, the other to the page, same number", async () => {
    await start();
    send(TELL.wantEngine, 7);
    expect(theChild().posted).toEqual([{ message: { type: "connect" }, ports: [{ end: 2 }] }]);
    expect(theWindow().webContents.sent).toEqual([{ channel: SHOW.engine, value: 7, ports: [{ end: 1 }] }]);
    for (const event of strangers()) send(TELL.wantEngine, 8, event);
    expect(theChild().posted).toHaveLength(1);
  });

  test("what a person chose is granted before the page hears of it, and again to an engine that comes back", async () => {
    writeFileSync(join(folder, "a.layerloom.yaml"), "");
    await start(["layerloom", "a.layerloom.yaml"]);
    const grants = () => theChild().posted.map((post) => post.message);
    expect(grants()).toEqual([]);
    const heard: string[] = [];
    const { webContents } = theWindow();
    webContents.send = (_channel, value) => heard.push(`${value} after ${grants().length}`);
    send(TELL.ready, undefined);
    electron.app.emit("open-file", closable(), "/mac/b.layerloom.yaml");
    expect(await send(INVOKE.openDialog, {})).toBe("/x/a.layerloom.yaml");
    expect(await send(INVOKE.saveDialog, {})).toBeUndefined();
    electron.dialog.showSaveDialog = async () => ({ canceled: false, filePath: "/x/new.layerloom.yaml" });
    expect(await send(INVOKE.saveDialog, {})).toBe("/x/new.layerloom.yaml");
    const all = [
      join(folder, "a.layerloom.yaml"),
      "/mac/b.layerloom.yaml",
      "/x/a.layerloom.yaml",
      "/x/new.layerloom.yaml",
    ].map((path) => ({ type: "grant", path }));
    expect(grants()).toEqual(all);
    expect(heard).toEqual([`${join(folder, "a.layerloom.yaml")} after 1`, "/mac/b.layerloom.yaml after 2"]);
    for (const event of strangers()) {
      await expect(send(INVOKE.openDialog, {}, event)).rejects.toThrow("refused");
    }
    expect(grants()).toEqual(all);
    expect([...electron.ipc.keys()].filter((channel) => channel.includes("grant"))).toEqual([]);
    theChild().emit("exit", 1);
    expect(electron.children).toHaveLength(2);
    expect(grants()).toEqual(all);
  });

  test("files from argv and from a second start wait until the page listens", async () => {
    const file = join(folder, "a.layerloom.yaml");
    writeFileSync(file, "");
    await start(["layerloom", "--flag", "a.layerloom.yaml", "gone.layerloom.yaml", "b.txt"]);
    expect(theWindow().webContents.sent).toEqual([]);
    send(TELL.ready, undefined);
    electron.app.emit("second-instance", {}, ["layerloom", file], "/");
    const event = closable();
    electron.app.emit("open-file", event, "/mac/b.layerloom.yaml");
    expect(theWindow().webContents.sent.map((sent) => sent.value)).toEqual([
      file,
      file,
      "/mac/b.layerloom.yaml",
    ]);
    expect(event.prevented).toBe(true);
    expect(theWindow().calls).toContain("focus");
  });
});

describe("start and end", () => {
  test("Windows knows the app by the name that the installer gave it", async () => {
    const builder = readFileSync(join(import.meta.dirname, "../../electron-builder.yml"), "utf8");
    await start(["layerloom"], "win32");
    expect(electron.app.calls).toContain(`id ${/^appId: (.+)$/m.exec(builder)?.[1]}`);
  });

  test("a second instance leaves at once", async () => {
    electron.app.lock = false;
    expect(await start()).toBe(false);
    expect(electron.app.calls).toEqual(["quit"]);
    expect(BrowserWindowDouble.made).toEqual([]);
    expect(electron.children).toEqual([]);
  });

  test("the engine's process gets its places, and comes back when it dies", async () => {
    await start();
    expect(theChild().entry).toBe("/built/host/main.js");
    expect(theChild().settings).toEqual({
      database: "/data/layerloom.db",
      workspace: "/documents/Layerloom",
      templates: "/built/examples",
    });
    theChild().emit("exit", 1);
    expect(electron.children).toHaveLength(2);
    theChild().emit("exit", 1);
    theChild().emit("exit", 1);
    expect(electron.children).toHaveLength(3);
    expect(electron.dialogs).toHaveLength(1);
  });

  test("what the engine could not do is told once, in words", async () => {
    await start();
    theChild().emit("message", { type: "failed", code: "DATABASE_LOCKED", message: "in use", hint: "Wait." });
    expect(electron.dialogs).toEqual(["The engine could not start. DATABASE_LOCKED: in use\n\nWait."]);
  });

  test("quitting stops the engine first; with runs under way it asks", async () => {
    await start();
    const quit = (): boolean => {
      const event = closable();
      electron.app.emit("before-quit", event);
      return !event.prevented;
    };
    theChild().emit("message", { type: "live", runs: 2 });
    electron.answer = 0;
    expect(quit()).toBe(false);
    expect(electron.dialogs[0]).toContain("(2)");
    expect(theChild().posted).toEqual([]);
    electron.answer = 1;
    expect(quit()).toBe(false);
    expect(theChild().posted).toEqual([{ message: { type: "stop" }, ports: [] }]);
    theChild().emit("exit", 0);
    await vi.waitFor(() => expect(electron.app.calls.at(-1)).toBe("quit"));
    expect(quit()).toBe(true);
    expect(electron.children).toHaveLength(1);
  });

  test("closing with unsaved work asks; the place of the window is kept", async () => {
    await start();
    const { webContents } = theWindow();
    const event = { sender: webContents, senderFrame: webContents.mainFrame };
    electron.ipc.get(TELL.windowState)?.(event, { title: "x", dirty: true, openTasks: 0 });
    electron.answer = 0;
    expect(theWindow().close()).toBe(false);
    electron.answer = 1;
    expect(theWindow().close()).toBe(true);
    electron.app.emit("activate");
    expect(BrowserWindowDouble.made).toHaveLength(2);
    expect(theWindow().options).toMatchObject({ x: 10, y: 20, width: 1_000, height: 700 });
  });

  test("the menu has every command of the window once, in both languages", async () => {
    for (const locale of ["en-US", "ja-JP"]) {
      electron = new ElectronDouble();
      electron.app.locale = locale;
      await start(["layerloom"], locale === "ja-JP" ? "darwin" : "linux");
      const clicks: (() => void)[] = [];
      const labels: string[] = [];
      const walk = (items: readonly { label?: string; click?: () => void; submenu?: never }[]): void => {
        for (const item of items) {
          if (item.label) labels.push(item.label);
          if (item.click) clicks.push(item.click);
          if (item.submenu) walk(item.submenu);
        }
      };
      walk(electron.menu as never);
      for (const click of clicks) click();
      const commands = theWindow().webContents.sent.map((sent) => sent.value as string);
      expect(commands.toSorted()).toEqual([...MENU_COMMANDS].toSorted());
      expect(labels).toContain(locale === "ja-JP" ? "ファイル" : "File");
    }
  });
});
