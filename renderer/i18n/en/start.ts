/** English texts of the start page. Templates are worded by their id; one without texts here shows its own. */
export const enStart = {
  "start.lead":
    "Draw a pipeline of layers, run it on this machine, watch every step. Start from a template: it runs with a simulated model, without account, key or network.",
  "start.templates": "Start from a template",
  "start.blank": "Blank pipeline",
  "start.recent": "Recent",
  "start.drafts": "Unsaved work was kept",
  "start.drafts.noFile": "never saved to a file",
  "start.drafts.restore": "Restore",
  "start.drafts.drop": "Throw away",
} as const;
