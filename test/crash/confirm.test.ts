/**
 * What the engine has confirmed is there, whenever it is killed: around every write of its journal, and right after each
 * of its answers.
 */
import { expect, test } from "vitest";
import type { Store } from "#ports/store.ts";
import { openSqliteStore } from "#store/sqlite/open.ts";
import { startChild } from "#test/store/child.ts";
import { temporaryFolder } from "#test/store/temp-folder.ts";
import type { Moment } from "./children/confirm.ts";

const folder = temporaryFolder();
const asked = new URL("./children/confirm.ts", import.meta.url);
const ANSWERS = 10;

function expectThere(store: Store, line: string): void {
  const [what, id = ""] = line.split(" ");
  if (what === "reset") expect(store.breakers()).toEqual([]);
  else expect(store.events(id, 0, 1_000).map(({ event }) => event)).toContain(what);
}

test.each<Moment>(["before", "after", "answered"])(
  "killed %s, at each of its times: every answer that was given holds",
  { timeout: 240_000 },
  async (moment) => {
    const answers: number[] = [];
    for (let count = 1; ; count += 1) {
      const path = folder.path(`${moment}-${count}.db`);
      const child = startChild(asked, [path, moment, String(count)]);
      const { signal, stderr } = await child.ended;
      expect(stderr).toBe("");
      const store = openSqliteStore(path);
      for (const line of child.lines) expectThere(store, line);
      store.close();
      answers.push(child.lines.length);
      if (signal === null) break;
    }
    expect(answers.at(-1)).toBe(ANSWERS);
    // It was killed before its first answer, and after its last.
    expect(answers.length).toBeGreaterThan(ANSWERS);
    expect(answers[0]).toBeLessThanOrEqual(moment === "after" || moment === "answered" ? 1 : 0);
  },
);
