export declare const GROUP = 64;
/** Rows a second in transactions of 64. */
export declare function bareGroupedAppend(payloads: readonly string[]): number;
/** Rows a second, each a transaction of its own. */
export declare function bareAutocommitAppend(payloads: readonly string[]): number;
export declare function median(values: readonly number[]): number;
/** One line a figure; says whether the target is met. */
export declare function printRatio(name: string, value: number, target: number, better: ">=" | "<="): boolean;
