/** EngineApi for those who may not choose a folder: pages, and scripts over REST. */
import type { EngineApi, StartRequest } from "./engine-api.ts";
import { LayerloomError } from "./errors.ts";

/** The same engine; a run that names a folder of its own is refused with FORBIDDEN. */
export function confinedToWorkspace(api: EngineApi): EngineApi {
  const refuseFolder = ({ folder }: Pick<StartRequest, "folder">): void => {
    if (folder === undefined) return;
    throw new LayerloomError("FORBIDDEN", "runs that are started here stay in the workspace", {
      field: "folder",
      hint: "Leave out the folder, or start the run with `layerloom run` where it belongs.",
    });
  };
  const startRun: EngineApi["startRun"] = async (request) => {
    refuseFolder(request);
    return api.startRun(request);
  };
  const previewRun: EngineApi["previewRun"] = async (request) => {
    refuseFolder(request);
    return api.previewRun(request);
  };
  const quote: EngineApi["quote"] = async (request) => {
    refuseFolder(request);
    return api.quote(request);
  };
  // A copy of the object would lose what an engine inherits.
  return new Proxy(api, {
    get(target, key) {
      if (key === "startRun") return startRun;
      if (key === "previewRun") return previewRun;
      if (key === "quote") return quote;
      const member: unknown = Reflect.get(target, key);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
}
