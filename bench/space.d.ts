export type Space = {
  readonly stored: number;
  readonly unique: number;
  readonly events: number;
};
/** Bytes of the database after it, and of what is different in it: the value once, and the rows of the journal. */
export declare function measureSpace(events: number, bytes: number): Promise<Space>;
export declare function benchSpace(): Promise<void>;
