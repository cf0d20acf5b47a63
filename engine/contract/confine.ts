/** EngineApi for those who may not choose a folder: pages, and scripts over REST. */
import type { EngineApi } from "./engine-api.ts";
import { LayerloomError } from "./errors.ts";

/** The same engine; a run that names a folder of its own is refused with FORBIDDEN. */
export function confinedToWorkspace(api: EngineApi): EngineApi {
  const startRun: EngineApi["startRun"] = async (request) => {
    if (request.folder === undefined) return api.startRun(request);
    throw new LayerloomError("FORBIDDEN", "runs that are started here stay in the workspace", {
      field: "folder",
      hint: "Leave out the folder, or start the run with `layerloom run` where it belongs.",
    });
  };
  // A copy of the object would lose what an engine inherits.
  return new Proxy(api, {
    get(target, key) {
      if (key === "startRun") return startRun;
      const member: unknown = Reflect.get(target, key);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
}
