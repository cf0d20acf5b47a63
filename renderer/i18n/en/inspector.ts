/** English texts of the inspector area. */
export const enInspector = {} as const;
