/** English texts of the YAML pane and the problems. */
export const enText = {
  "text.fixFirst": "The YAML cannot be read right now. Mend it first, then go on with the canvas.",
  "text.unreadable": "This text cannot be read as a pipeline: the canvas shows the last version that could.",
  "text.problems.none": "No problems",
  "text.problems.noneHint": "The pipeline can run as it is.",
  "text.line": "line {{line}}:{{column}}",
} as const;
