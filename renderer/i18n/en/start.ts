/** English texts of the start page. Templates are worded by their id; one without texts here shows its own. */
export const enStart = {
  "start.lead":
    "Draw a pipeline of layers, run it on this machine, watch every step. Start from a template: it runs with a simulated model, without account, key or network.",
  "start.templates": "Start from a template",
  "start.blank": "Blank pipeline",
  "start.recent": "Recent",
  "start.inbox": "Waiting for you: {{n}}",
  "start.drafts": "Unsaved work was kept",
  "start.drafts.noFile": "never saved to a file",
  "start.drafts.restore": "Restore",
  "start.drafts.drop": "Throw away",

  "template.standard-five-layers.title": "Standard five layers",
  "template.standard-five-layers.description":
    "Perception to reflection with a retry, a quality loop and an approval. Simulated model, no network.",
  "template.quality-loop.title": "Quality loop",
  "template.quality-loop.description":
    "A draft goes back with the reviewer's reason until it is good enough; a spent loop leaves by its own edge.",
  "template.checked-answer.title": "Checked answer",
  "template.checked-answer.description":
    "A model judges another's answer: it is asked again with more effort; other models and a template stand by.",
  "template.governance-gate.title": "Governance gate",
  "template.governance-gate.description":
    "A plan is approved by rule, sent back for an alternative, or put before a person.",
  "template.parallel-outreach.title": "Parallel outreach",
  "template.parallel-outreach.description":
    "Four letters are written at once; one of them fails, is tried again, and a join collects them all.",
  "template.fresh-enough.title": "Fresh enough",
  "template.fresh-enough.description":
    "The world model is rebuilt only when the stored one is older than an hour; a skip edge reuses it.",
  "template.head-start.title": "Head start",
  "template.head-start.description":
    "The letter is begun as soon as the plan stands, while the model still gives its reasons.",
  "template.dependency-review.title": "Dependency review",
  "template.dependency-review.description":
    "Reads a project's lock file and installed packages, judges them by policy, writes a report and checks it.",
} as const;
