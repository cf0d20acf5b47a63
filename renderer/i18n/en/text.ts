/** English texts of the text area. */
export const enText = {
  "text.fixFirst": "The YAML cannot be read right now. Mend it first, then go on with the canvas.",
} as const;
