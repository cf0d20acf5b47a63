/** English texts of the runs area. */
export const enRuns = {} as const;
