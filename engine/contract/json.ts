/** Any JSON value: the only kind of data that crosses an edge, a journal or a process. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json };
