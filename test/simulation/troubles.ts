/** What goes wrong in a world, and when, out of the dice. */
import type { Dice } from "./dice.ts";
import type { Fault } from "./scenario.ts";

const SECOND = 1_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;
/** A clock that is put right, summer time, a wrong date, a machine that slept. */
const JUMPS = [SECOND, 5 * SECOND, 90 * SECOND, HOUR, DAY, 40 * DAY];
const PAUSES = [undefined, 0, 50, 20 * SECOND, 30 * HOUR];

export function troubles(dice: Dice): readonly Fault[] {
  const count = dice.pick([0, 1, 2, 3, 5, 8], "faults");
  const faults = Array.from({ length: count }, (_, index) => troubleOf(dice, index));
  return [...faults, ...backups(dice)].sort((a, b) => a.at - b.at);
}

/** The second is put back, some time after the first was made. */
function backups(dice: Dice): readonly Fault[] {
  if (!dice.chance(5, "backup")) return [];
  const made = 1 + (dice.number("made") % 12);
  return [
    { at: made, what: "backup" },
    { at: made + (dice.number("put back") % 12), what: "restore" },
  ];
}

function troubleOf(dice: Dice, index: number): Fault {
  const at = 1 + (dice.number("at", index) % dice.pick([6, 25, 80], "span", index));
  const run = dice.number("run", index) % 3;
  const pick = dice.number("pick", index);
  switch (dice.number("what", index) % 20) {
    case 0:
    case 1:
    case 2:
      return { at, what: "crash", when: "before" };
    case 3:
    case 4:
    case 5:
      return { at, what: "crash", when: "between" };
    case 6:
      return { at, what: "full", times: 1 + (dice.number("times", index) % 3) };
    case 7:
    case 8: {
      const by = dice.pick(JUMPS, "jump", index);
      return { at, what: "clock", by: dice.chance(50, "back", index) ? -by : by };
    }
    case 9:
      return { at, what: "cancel", run };
    case 10:
    case 11: {
      const ms = dice.pick(PAUSES, "pause", index);
      return { at, what: "pause", run, ...(ms === undefined ? {} : { ms }) };
    }
    case 12:
      return { at, what: "resume", run };
    case 13:
      return { at, what: "call off", pick };
    case 14:
      return { at, what: "reset", pick };
    case 15:
    case 16:
      return { at, what: "again", pick };
    default:
      return { at, what: "crash", when: "after" };
  }
}
