/** Pipeline files on a real disk: only in the workspace, never over a version that nobody has seen. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { LayerloomError } from "#contract/errors.ts";
import { openMemoryStore } from "#store/memory-store.ts";
import { FileService } from "#workspace/file-service.ts";

const EXAMPLES = fileURLToPath(new URL("../../examples", import.meta.url));
let root: string;
let workspace: string;
let files: FileService;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "layerloom-workspace-"));
  workspace = join(root, "work");
  mkdirSync(join(workspace, "deep"), { recursive: true });
  const store = openMemoryStore();
  files = new FileService(workspace, EXAMPLES, () => store);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

async function codeOf(promise: Promise<unknown>): Promise<string | undefined> {
  const thrown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  return thrown instanceof LayerloomError ? thrown.code : undefined;
}

test("saves, lists and opens; a second save needs the version it grew from", async () => {
  const first = await files.saveFile({ path: "deep/a.layerloom.yaml", text: "one" });
  expect(await files.listFiles()).toMatchObject([
    { path: join("deep", "a.layerloom.yaml"), name: "a.layerloom.yaml" },
  ]);
  expect(await files.openFile({ path: "deep/a.layerloom.yaml" })).toEqual(first);
  expect(await codeOf(files.saveFile({ path: "deep/a.layerloom.yaml", text: "two" }))).toBe("FILE_CHANGED");
  const second = await files.saveFile({ path: "deep/a.layerloom.yaml", text: "two", baseHash: first.hash });
  writeFileSync(join(workspace, "deep/a.layerloom.yaml"), "theirs");
  expect(
    await codeOf(files.saveFile({ path: "deep/a.layerloom.yaml", text: "three", baseHash: second.hash })),
  ).toBe("FILE_CHANGED");
  expect(readFileSync(join(workspace, "deep/a.layerloom.yaml"), "utf8")).toBe("theirs");
  await files.saveFile({ path: "deep/a.layerloom.yaml", text: "three", overwrite: true });
  expect(readFileSync(join(workspace, "deep/a.layerloom.yaml"), "utf8")).toBe("three");
});

test("a file that vanished is not brought back silently", async () => {
  const { hash } = await files.saveFile({ path: "a.layerloom.yaml", text: "one" });
  rmSync(join(workspace, "a.layerloom.yaml"));
  expect(await codeOf(files.saveFile({ path: "a.layerloom.yaml", text: "two", baseHash: hash }))).toBe(
    "FILE_CHANGED",
  );
});

test("nothing outside the workspace, by whichever way", async () => {
  writeFileSync(join(root, "outside.layerloom.yaml"), "secret");
  symlinkSync(join(root, "outside.layerloom.yaml"), join(workspace, "link.layerloom.yaml"));
  symlinkSync(root, join(workspace, "up"));
  for (const path of [
    "../outside.layerloom.yaml",
    join(root, "outside.layerloom.yaml"),
    "link.layerloom.yaml",
    "up/outside.layerloom.yaml",
  ]) {
    expect(await codeOf(files.openFile({ path }))).toBe("FILE_NOT_GRANTED");
    expect(await codeOf(files.saveFile({ path, text: "mine", overwrite: true }))).toBe("FILE_NOT_GRANTED");
  }
  expect(readFileSync(join(root, "outside.layerloom.yaml"), "utf8")).toBe("secret");
});

test("a granted file is opened and saved wherever it lies, and nothing beside it", async () => {
  const chosen = join(root, "chosen.layerloom.yaml");
  const neighbour = join(root, "neighbour.layerloom.yaml");
  writeFileSync(chosen, "theirs");
  writeFileSync(neighbour, "secret");
  files.grant(chosen);
  const opened = await files.openFile({ path: chosen });
  expect(opened).toMatchObject({ path: chosen, text: "theirs" });
  expect(await codeOf(files.saveFile({ path: chosen, text: "mine" }))).toBe("FILE_CHANGED");
  await files.saveFile({ path: chosen, text: "mine", baseHash: opened.hash });
  expect(readFileSync(chosen, "utf8")).toBe("mine");
  expect(await files.openFile({ path: "../chosen.layerloom.yaml" })).toMatchObject({ text: "mine" });
  for (const path of [neighbour, `${chosen}/../neighbour.layerloom.yaml`, root]) {
    expect(await codeOf(files.openFile({ path }))).not.toBeUndefined();
    expect(await codeOf(files.saveFile({ path, text: "mine", overwrite: true }))).not.toBeUndefined();
  }
  expect(readFileSync(neighbour, "utf8")).toBe("secret");
  expect(await files.listFiles()).toEqual([]);
});

test("a granted name that is not there yet can be saved to; a folder or another kind of file cannot be had so", async () => {
  const path = join(root, "new.layerloom.yaml");
  expect(await codeOf(files.saveFile({ path, text: "one" }))).toBe("FILE_NOT_GRANTED");
  files.grant(path);
  expect(await codeOf(files.openFile({ path }))).toBe("FILE_NOT_FOUND");
  await files.saveFile({ path, text: "one" });
  expect(readFileSync(path, "utf8")).toBe("one");
  writeFileSync(join(root, ".env"), "KEY=1");
  files.grant(join(root, ".env"));
  expect(await codeOf(files.openFile({ path: join(root, ".env") }))).toBe("BAD_REQUEST");
  files.grant(root);
  expect(await codeOf(files.openFile({ path: join(root, "other.layerloom.yaml") }))).toBe("FILE_NOT_GRANTED");
});

test("links in a granted path are followed when it is used: never to what is no pipeline", async () => {
  const link = join(root, "link.layerloom.yaml");
  writeFileSync(join(root, "real.layerloom.yaml"), "one");
  symlinkSync(join(root, "real.layerloom.yaml"), link);
  files.grant(link);
  const { hash } = await files.openFile({ path: link });
  await files.saveFile({ path: link, text: "two", baseHash: hash });
  expect(readFileSync(join(root, "real.layerloom.yaml"), "utf8")).toBe("two");
  expect(await codeOf(files.openFile({ path: join(root, "real.layerloom.yaml") }))).toBe("FILE_NOT_GRANTED");
  rmSync(link);
  writeFileSync(join(root, "secret"), "secret");
  symlinkSync(join(root, "secret"), link);
  expect(await codeOf(files.openFile({ path: link }))).toBe("BAD_REQUEST");
});

test("only pipeline files are opened and saved; what is missing is named", async () => {
  writeFileSync(join(workspace, ".env"), "KEY=1");
  expect(await codeOf(files.openFile({ path: ".env" }))).toBe("BAD_REQUEST");
  expect(await codeOf(files.saveFile({ path: "notes.txt", text: "x" }))).toBe("BAD_REQUEST");
  expect(await codeOf(files.openFile({ path: "none.layerloom.yaml" }))).toBe("FILE_NOT_FOUND");
  expect(await codeOf(files.saveFile({ path: "none/a.layerloom.yaml", text: "x" }))).toBe("FILE_NOT_FOUND");
});

test("templates are the examples, by name and description", async () => {
  const templates = await files.templates();
  expect(templates.find(({ id }) => id === "quality-loop")).toMatchObject({ title: "Quality loop" });
  for (const { description, text } of templates) {
    expect(description).not.toBe("");
    expect(text).toContain("layerloom: 1");
  }
});

test("drafts are kept apart from files", async () => {
  await files.putDraft({ key: "a.layerloom.yaml", text: "half", baseHash: "h" });
  await files.putDraft({ key: "untitled-1", text: "new" });
  const byKey = new Map((await files.listDrafts()).map((draft) => [draft.key, draft]));
  expect(byKey.get("a.layerloom.yaml")).toMatchObject({ text: "half", baseHash: "h" });
  expect(byKey.get("untitled-1")).toMatchObject({ text: "new" });
  await files.dropDraft({ key: "untitled-1" });
  expect(await files.listDrafts()).toHaveLength(1);
  expect(await files.listFiles()).toEqual([]);
});
