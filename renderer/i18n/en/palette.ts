/** English texts of the palette area. */
export const enPalette = {} as const;
