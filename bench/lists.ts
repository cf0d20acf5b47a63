/** A list done by ten at once against one after the other: in virtual time, and for real with what the engine costs. */
import { simulate } from "#engine/open.ts";
import { median, printRatio } from "./append.ts";
import { measure } from "./engine.ts";

const ITEMS = 100;
const AT_ONCE = 10;
const TIMES = 5;

function list(delay: string): string {
  return JSON.stringify({
    layerloom: 1,
    name: "list",
    nodes: {
      each: {
        uses: "simulate",
        with: { delay },
        forEach: Array.from({ length: ITEMS }, (_, item) => item),
        maxConcurrent: AT_ONCE,
      },
    },
    edges: [],
  });
}

export async function benchLists(): Promise<void> {
  const { run } = await simulate({ text: list("30s"), workspace: "." });
  const name = `${ITEMS} items by ${AT_ONCE} / one after the other`;
  printRatio(`${name}, virtual, of 30 s`, (ITEMS * 30_000) / run.durationMs, 9.9, ">=");
  const real: number[] = [];
  for (let time = 0; time < TIMES; time += 1)
    real.push((ITEMS * 0.1) / (await measure(list("100ms"))).seconds);
  printRatio(`${name}, real, of 100 ms`, median(real), 9, ">=");
}
