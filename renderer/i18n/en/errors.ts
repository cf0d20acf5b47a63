/** English texts of the errors area. */
export const enErrors = {} as const;
