/** How much room a run takes that hands a large value on and on: each value should be stored once, wherever it goes. */
import { measureSpace } from "#test/store/space.ts";
import { printRatio } from "./append.ts";

export async function benchSpace(): Promise<void> {
  const { stored, unique, events } = await measureSpace(10_000, 1_000_000);
  printRatio(
    `bytes of ${events} events that share an input of 1 MB / unique bytes`,
    stored / unique,
    1.2,
    "<=",
  );
}
