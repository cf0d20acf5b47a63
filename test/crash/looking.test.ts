/**
 * A database on a disk that is full already: it opens for looking, beside others who look; nothing can be started, in
 * words; and with room everything goes on without anybody's doing.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { type Ended, startCli } from "#test/cli/child.ts";
import { startChild } from "#test/store/child.ts";
import { canMount, smallDisk } from "./small-disk.ts";

const MAIN = new URL("../../engine/cli/main.ts", import.meta.url);
const LOOKS =
  /^DATABASE_FULL: there is no room .*\n {2}You can look, and nothing can be run until there is room\.\n$/;

const folder = mkdtempSync(join(tmpdir(), "layerloom-looking-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const pipeline = join(folder, "ask.layerloom.yaml");
writeFileSync(
  pipeline,
  "layerloom: 1\nname: ask\nnodes: { sure: { uses: human, with: { title: Sure? } } }\nedges: []\n",
);

describe.runIf(canMount())("a disk that is full before anything is opened", () => {
  test("runs and questions can be looked at, nothing starts, and with room all goes on", {
    timeout: 90_000,
  }, async () => {
    const disk = smallDisk(3);
    const database = join(disk.folder, "a.db");
    const cli = (...args: string[]): Promise<Ended> => startCli([...args, "--db", database], folder).ended;
    let server: ReturnType<typeof startChild> | undefined;
    try {
      expect(await cli("run", pipeline, "--no-wait")).toMatchObject({ code: 3 });
      disk.fill();
      const listed = await cli("runs", "list");
      expect(listed.code).toBe(0);
      expect(listed.lines).toHaveLength(1);
      expect(listed.stderr).toMatch(LOOKS);
      const id = listed.lines[0]?.split(" ")[0] ?? "";
      expect(await cli("runs", "show", id)).toMatchObject({ code: 0, stderr: expect.stringMatching(LOOKS) });
      const asked = await cli("inbox", "--json");
      expect(JSON.parse(asked.lines[0] ?? "")).toMatchObject({ type: "task", runId: id, node: "sure" });
      expect(JSON.parse(asked.stderr)).toMatchObject({ type: "held", error: { code: "DATABASE_FULL" } });
      for (const act of [
        ["run", pipeline],
        ["decide", id, "sure", "approved"],
        ["runs", "cancel", id],
        ["runs", "resume", id],
      ])
        expect(await cli(...act)).toMatchObject({
          code: 1,
          stderr: expect.stringMatching(/^DATABASE_FULL: /),
        });

      server = startChild(MAIN, ["serve", "--db", database]);
      expect(await server.nextLine()).toMatch(/^Layerloom is at /);
      // Through the server: it has the database.
      expect((await cli("runs", "list")).stderr).toMatch(LOOKS);
      const refused = await cli("run", pipeline);
      expect(refused).toMatchObject({
        code: 1,
        lines: [],
        stderr: expect.stringMatching(/^DATABASE_FULL: /),
      });

      disk.free();
      for (;;) {
        const decided = await cli("decide", id, "sure", "approved");
        if (decided.code === 0) break;
        expect(decided.stderr).toMatch(/^DATABASE_FULL: /);
      }
      const { code, lines } = await cli("runs", "resume", id);
      expect([code, lines.at(-1)]).toEqual([0, expect.stringContaining("completed")]);
      server.process.kill("SIGTERM");
      const { stderr } = await server.ended;
      expect(stderr.split("\n").map((line) => line.split(":")[0])).toEqual([
        "DATABASE_FULL",
        "  Every run waits and goes on by itself once there is room.",
        "There is room again; every run goes on.",
        "",
      ]);
      expect((await cli("db", "check")).code).toBe(0);
    } finally {
      server?.process.kill("SIGKILL");
      await server?.ended;
      disk.remove();
    }
  });
});
