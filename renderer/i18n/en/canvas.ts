/** English texts of the canvas area. */
export const enCanvas = {} as const;
