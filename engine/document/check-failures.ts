/** Owns what makes no sense in rows of the failure table: nothing to look for, a row that never gets a failure, a misspelt code. */
import type { FailureRule, PipelineDefinition } from "#contract/definition.ts";
import { ERRORS } from "#contract/errors.ts";
import { covers } from "#core/failure-rules.ts";
import { nearest } from "./nearest.ts";
import type { Report } from "./source-tree.ts";

export function checkFailures(definition: PipelineDefinition, report: Report): void {
  checkRows(definition.defaults?.failures ?? [], "defaults.failures", report);
  for (const [id, { failures }] of Object.entries(definition.nodes))
    checkRows(failures ?? [], `nodes.${id}.failures`, report);
}

function checkRows(rows: readonly FailureRule[], list: string, report: Report): void {
  rows.forEach((row, index) => {
    const path = `${list}.${index}`;
    const { class: _class, ...criteria } = row;
    if (Object.keys(criteria).length === 0) {
      report({
        code: "INVALID_VALUE",
        message: "this row of the failure table looks for nothing",
        hint: "give it a status, a code, an error or a message",
        path,
      });
      return;
    }
    const before = rows.slice(0, index).findIndex((earlier) => looksFor(earlier) && covers(earlier, row));
    if (before !== -1) {
      report({
        code: "INVALID_VALUE",
        message: `row ${index + 1} of the failure table never gets a failure: row ${before + 1} takes them all`,
        hint: "put the narrower row first, or take it out",
        path,
      });
    }
    for (const code of [row.code ?? []].flat()) checkCode(code, `${path}.code`, report);
  });
}

const looksFor = (row: FailureRule): boolean => Object.keys(row).length > 1;

/** The system has codes that we do not know, so only what is nearly one of ours is doubted. */
function checkCode(code: string, path: string, report: Report): void {
  if (code in ERRORS) return;
  const near = nearest(code, Object.keys(ERRORS));
  if (near.length === 0) return;
  report({
    severity: "warning",
    code: "UNKNOWN_NAME",
    message: `there is no error code "${code}"`,
    hint: `did you mean ${near.join(" or ")}?`,
    path,
  });
}
