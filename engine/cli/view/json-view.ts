/** One JSON object a line: journal events as they are committed, the result last. */
import { printJson } from "#cli/output.ts";
import type { RunView } from "./view.ts";

export function jsonView(): RunView {
  return {
    onEvents: (events) => {
      for (const event of events) printJson(event);
    },
    onPicture: () => undefined,
    note: () => undefined,
    onEnd: (result) => printJson(result),
    close: () => undefined,
  };
}
