/** A part of a pipeline, as the options of `run` ask for it, and the list of what it would run and why. */

import type { NodePreview, PartialRun, RunPreview } from "#contract/engine-api.ts";
import { LayerloomError } from "#contract/errors.ts";
import { printedPreview } from "#contract/printed.ts";
import { print, printJson } from "./output.ts";
import { padded } from "./view/width.ts";

export type PartialOptions = {
  readonly only?: string;
  readonly upTo?: string;
  readonly from?: string;
  readonly basedOn?: string;
};

/** Undefined: the whole pipeline. Throws BAD_USAGE. */
export function partialOf({ only, upTo, from, basedOn }: PartialOptions): PartialRun | undefined {
  const asked = Object.entries({ only, upTo, from }).flatMap(([mode, node]) =>
    node === undefined ? [] : [{ mode: mode as PartialRun["mode"], node }],
  );
  if (asked.length > 1) {
    throw new LayerloomError("BAD_USAGE", "A run has one part: --only, --up-to or --from.", {
      hint: "Leave out all but one of them.",
    });
  }
  const [part] = asked;
  if (part) return { ...part, basedOn };
  if (basedOn === undefined) return undefined;
  throw new LayerloomError(
    "BAD_USAGE",
    "--based-on says where a part takes results from, and no part is named.",
    {
      hint: "Add --only, --up-to or --from with a node.",
    },
  );
}

const GLYPHS = { runs: "●", "taken-over": "»", pinned: "⚲", "left-out": "·" } as const;
const WORDS = {
  runs: "runs",
  "taken-over": "taken over",
  pinned: "pinned",
  "left-out": "left out",
} as const;

export function printPreview(preview: RunPreview, json: boolean): void {
  if (json) {
    printJson({ type: "preview", ...printedPreview(preview) });
    return;
  }
  const { basedOn, nodes } = preview;
  if (basedOn) {
    const started = new Date(basedOn.startedAt).toISOString().slice(0, 19).replace("T", " ");
    print(`Based on the run ${basedOn.runId} of ${started}.`);
  }
  const width = Math.min(32, Math.max(4, ...nodes.map(({ node }) => node.length)));
  for (const entry of nodes) {
    const { node, does } = entry;
    print(
      `  ${padded(`${GLYPHS[does]} ${WORDS[does]}`, 13)} ${padded(node, width)}  ${whyWords(entry)}`.trimEnd(),
    );
  }
}

function whyWords({ does, why, of = "" }: NodePreview): string {
  switch (why) {
    case "asked":
      return "asked for";
    case "needed":
      return "needed for it";
    case "follows":
      return `follows ${of}`;
    case "changed":
      return does === "taken-over" ? "though it was changed since" : "changed since";
    case "input":
      return `the input ${of} is another`;
    case "failed":
      return "did not succeed then";
    case "never-ran":
      return "never ran";
    case "outside":
      return "not asked for";
    case "not-reached":
      return "no way leads here";
    case "all":
    case "result":
    case "pin":
      return "";
  }
}
