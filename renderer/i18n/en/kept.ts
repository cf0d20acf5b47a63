/** English texts of what runs keep for each other: stored results to forget, memory. */
export const enKept = {
  "kept.forget": "Forget stored results",
  "kept.forgotten": "Stored results of {{name}} forgotten: {{n}}",
  "kept.memory": "Memory: {{name}}",
  "kept.memory.none": "Nothing is remembered yet.",
  "kept.memory.newest": "version {{version}}, {{age}} ago",
} as const;
