/** English texts of the app area. */
export const enApp = {} as const;
