/** English texts of the start area. */
export const enStart = {} as const;
