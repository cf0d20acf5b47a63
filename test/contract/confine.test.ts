/** Pages and REST may start runs in the workspace only. */
import { expect, test } from "vitest";
import { confinedToWorkspace } from "#contract/confine.ts";
import type { EngineApi, StartRequest } from "#contract/engine-api.ts";

test("a run with a folder of its own is refused; others pass unchanged", async () => {
  const started: StartRequest[] = [];
  const api = {
    startRun: async (request: StartRequest) => {
      started.push(request);
      return { runId: "r" };
    },
  } as EngineApi;
  const confined = confinedToWorkspace(api);
  await expect(confined.startRun({ text: "x", folder: "/" })).rejects.toMatchObject({ code: "FORBIDDEN" });
  await expect(confined.quote({ text: "x", folder: "/" })).rejects.toMatchObject({ code: "FORBIDDEN" });
  expect(await confined.startRun({ text: "x", seed: 1 })).toEqual({ runId: "r" });
  expect(started).toEqual([{ text: "x", seed: 1 }]);
});
