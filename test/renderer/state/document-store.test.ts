import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { EngineApi } from "#contract/engine-api.ts";
import { LayerloomError } from "#contract/errors.ts";
import { installEngine } from "#renderer/bridge/engine.ts";
import { startI18n } from "#renderer/i18n/i18n.ts";
import { documentActions, startDrafts, useDocument } from "#renderer/state/document-store.ts";
import { addNode, updateNode } from "#renderer/state/edits.ts";
import { useToasts } from "#renderer/state/toast-store.ts";
import { useUi } from "#renderer/state/ui-store.ts";
import { engineDouble, textOf } from "#test/renderer/support/engine-double.ts";
import { chain, node } from "#test/renderer/support/pipelines.ts";

const doc = (): ReturnType<typeof useDocument.getState> => useDocument.getState();
const add = (id: string): void => documentActions().apply(`add ${id}`, (d) => addNode(d, id, node()));
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

let engine: ReturnType<typeof engineDouble>;

function install(overrides: Partial<EngineApi> = {}): void {
  engine = engineDouble(overrides);
  installEngine(engine);
}

beforeAll(() => {
  startI18n("en");
  install();
  startDrafts();
});

beforeEach(async () => {
  install();
  useUi.setState({ dialog: undefined });
  await documentActions().newDocument(textOf(chain));
});

describe("canvas edits", () => {
  test("show at once and reach the text", async () => {
    add("d");
    expect(doc().definition.nodes.d).toBeDefined();
    expect(doc().dirty).toBe(true);
    await documentActions().settle();
    expect(JSON.parse(doc().text).nodes.d).toEqual({ uses: "transform" });
    expect(doc().inSync).toBe(true);
  });

  test("that come while the first is being written all arrive", async () => {
    add("d");
    add("e");
    await Promise.resolve();
    add("f");
    await documentActions().settle();
    expect(Object.keys(JSON.parse(doc().text).nodes)).toEqual(["a", "b", "c", "d", "e", "f"]);
  });

  test("an edit that changes nothing leaves no step behind", () => {
    documentActions().apply("nothing", (d) => updateNode(d, "a", (n) => n));
    expect(doc().history.past).toHaveLength(0);
    expect(doc().dirty).toBe(false);
  });

  test("that the engine cannot write are taken back, and said", async () => {
    install({
      writeDocument: async () => {
        throw new LayerloomError("INVALID_PIPELINE", "cannot be written");
      },
    });
    add("d");
    await expect(documentActions().settle()).rejects.toThrow("cannot be written");
    expect(doc().definition.nodes.d).toBeUndefined();
    expect(doc().text).toBe(textOf(chain));
    expect(useToasts.getState().toasts.at(-1)?.text).toBe("cannot be written");
  });
});

describe("typing", () => {
  test("changes the definition once it can be read, and keeps the last readable one meanwhile", async () => {
    documentActions().setText("{ broken");
    await documentActions().settle();
    expect(doc().readable).toBe(false);
    expect(doc().definition.nodes).toEqual(chain.nodes);
    expect(doc().problems).toHaveLength(1);
    documentActions().setText(textOf({ ...chain, name: "typed" }));
    await documentActions().settle();
    expect(doc()).toMatchObject({ readable: true, problems: [], definition: { name: "typed" } });
  });

  test("a canvas edit waits for what was typed before it", async () => {
    documentActions().setText(textOf({ ...chain, name: "typed" }));
    add("d");
    await pause(0);
    await documentActions().settle();
    expect(JSON.parse(doc().text)).toMatchObject({ name: "typed", nodes: { d: { uses: "transform" } } });
  });

  test("while the text is unreadable, a canvas edit is refused instead of losing the text", async () => {
    documentActions().setText("{ broken");
    await documentActions().settle();
    add("d");
    await documentActions().settle();
    expect(doc().text).toBe("{ broken");
  });

  test("while a canvas edit is being written, both stay", async () => {
    let release: (() => void) | undefined;
    install({
      writeDocument: async ({ text }) => {
        await new Promise<void>((resolve) => {
          release = resolve;
        });
        return { text: text.replace('"c":', '"new":{"uses":"transform"},"c":') };
      },
    });
    documentActions().apply("add", (d) => addNode(d, "new", node()));
    await pause(0);
    documentActions().setText(doc().text.replace('"name":"chain"', '"name":"typed"'));
    release?.();
    await documentActions().settle();
    expect(JSON.parse(doc().text)).toMatchObject({ name: "typed", nodes: { new: { uses: "transform" } } });
  });

  test("an answer to an older text is thrown away", async () => {
    const slow = textOf({ ...chain, name: "slow" });
    const real = engineDouble();
    install({
      readDocument: async (request) => {
        if (request.text === slow) await pause(300);
        return real.readDocument(request);
      },
    });
    documentActions().setText(slow);
    const first = documentActions().settle();
    await pause(250);
    documentActions().setText(textOf({ ...chain, name: "quick" }));
    await first;
    await documentActions().settle();
    expect(doc().definition.name).toBe("quick");
  });
});

describe("undo and redo", () => {
  test("bring back text and definition together", async () => {
    add("d");
    await documentActions().settle();
    const after = doc().text;
    documentActions().undo();
    await documentActions().settle();
    expect(doc().text).toBe(textOf(chain));
    expect(doc().definition.nodes.d).toBeUndefined();
    expect(doc().dirty).toBe(false);
    documentActions().redo();
    await documentActions().settle();
    expect(doc().text).toBe(after);
  });

  test("work before the text caught up", async () => {
    add("d");
    add("e");
    documentActions().undo();
    await documentActions().settle();
    expect(Object.keys(JSON.parse(doc().text).nodes)).toEqual(["a", "b", "c", "d"]);
  });

  test("what is gone is no longer selected", async () => {
    add("d");
    documentActions().select({ nodes: ["d", "a"], edges: [0] });
    documentActions().undo();
    expect([...doc().selection.nodes]).toEqual(["a"]);
  });
});

describe("files and drafts", () => {
  test("unsaved work becomes a draft half a second later and is dropped on save", async () => {
    const { key } = doc();
    add("d");
    await pause(700);
    expect(engine.drafts.get(key)?.text).toBe(doc().text);
    expect(engine.files.size).toBe(0);
    expect(await documentActions().saveAs("x.layerloom.yaml")).toBe(true);
    expect(engine.drafts.size).toBe(0);
    expect(doc()).toMatchObject({
      dirty: false,
      key: expect.stringMatching(/^x\.layerloom\.yaml#[0-9a-f]{8}$/),
      file: { path: "x.layerloom.yaml" },
    });
  });

  test("saved again before the first save is answered, it is not taken for a change from outside", async () => {
    const real = engineDouble();
    install({
      saveFile: async (request) => {
        const saved = await real.saveFile(request);
        await pause(50);
        return saved;
      },
    });
    expect(await documentActions().saveAs("x.layerloom.yaml")).toBe(true);
    add("d");
    const first = documentActions().save();
    await pause(20);
    documentActions().undo();
    const second = documentActions().save();
    expect(await Promise.all([first, second])).toEqual([true, true]);
    expect(real.files.get("x.layerloom.yaml")?.text).toBe(textOf(chain));
    expect(doc().dirty).toBe(false);
  });

  test("a save that waited never writes another document's text into the file", async () => {
    const real = engineDouble();
    install({
      saveFile: async (request) => {
        await pause(30);
        return real.saveFile(request);
      },
    });
    expect(await documentActions().saveAs("x.layerloom.yaml")).toBe(true);
    const first = documentActions().save();
    const second = documentActions().save();
    await pause(10);
    await documentActions().newDocument(textOf({ ...chain, name: "another" }));
    expect(await Promise.all([first, second])).toEqual([true, false]);
    expect(real.files.get("x.layerloom.yaml")?.text).toBe(textOf(chain));
  });

  test("undoing back to what is saved drops the draft", async () => {
    add("d");
    await pause(700);
    expect(engine.drafts.size).toBe(1);
    documentActions().undo();
    await pause(700);
    expect(engine.drafts.size).toBe(0);
  });

  test("saving an untitled document asks for a place", async () => {
    expect(await documentActions().save()).toBe(false);
    expect(useUi.getState().dialog).toEqual({ kind: "save-as" });
  });

  test("a file changed outside is never overwritten unasked", async () => {
    engine.files.set("y", { text: textOf(chain), hash: "1" });
    await documentActions().openFile("y");
    add("d");
    engine.files.set("y", { text: "theirs", hash: "2" });
    expect(await documentActions().save()).toBe(false);
    expect(useUi.getState().dialog).toEqual({ kind: "file-changed", path: "y" });
    expect(engine.files.get("y")?.text).toBe("theirs");
    expect(await documentActions().saveAs("y", { overwrite: true })).toBe(true);
    expect(engine.files.get("y")?.text).toBe(doc().text);
  });

  test("reloading takes the file's text and can be undone", async () => {
    engine.files.set("z", { text: textOf(chain), hash: "1" });
    await documentActions().openFile("z");
    add("d");
    await documentActions().settle();
    const mine = doc().text;
    engine.files.set("z", { text: textOf({ ...chain, name: "theirs" }), hash: "2" });
    await documentActions().reload();
    expect(doc()).toMatchObject({ dirty: false, definition: { name: "theirs" } });
    documentActions().undo();
    expect(doc().text).toBe(mine);
  });

  test("a restored draft is unsaved work of its file", async () => {
    const draft = { key: "p.yaml#0123abcd", text: textOf(chain), baseHash: "7", savedAt: 0 };
    engine.drafts.set(draft.key, draft);
    await documentActions().restoreDraft(draft);
    expect(doc()).toMatchObject({ dirty: true, file: { path: "p.yaml", hash: "7" } });
    // Kept at once, under a name of its own.
    expect([...engine.drafts.values()]).toMatchObject([{ key: doc().key, text: draft.text, baseHash: "7" }]);
    expect(doc().key).not.toBe(draft.key);
    // As an earlier version named it.
    await documentActions().restoreDraft({ ...draft, key: "old.yaml" });
    expect(doc().file?.path).toBe("old.yaml");
  });

  test("a file that is opened twice keeps its unsaved work in two places", async () => {
    engine.files.set("y", { text: textOf(chain), hash: "1" });
    await documentActions().openFile("y");
    const { key } = doc();
    await documentActions().openFile("y");
    expect(doc().key).not.toBe(key);
  });
});
