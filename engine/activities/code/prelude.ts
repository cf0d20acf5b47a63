/**
 * Runs in the sandbox before the code does: takes away what would make two runs of the same thing differ, the clock
 * and the dice. Plain JavaScript in a text, since it is no part of this program; `__now` and `__seed` are set before.
 *
 * Its value is the replacer that the result is written with: what JSON would leave out or turn into something else is
 * refused instead. Nothing at all (no return, a field that is undefined) stays what JSON makes of it.
 */
export const PRELUDE: string = `
(() => {
  const now = globalThis.__now;
  let state = globalThis.__seed;
  delete globalThis.__now;
  delete globalThis.__seed;
  const RealDate = Date;
  const FixedDate = function Date(...parts) {
    if (!new.target) return new RealDate(now).toString();
    return Reflect.construct(RealDate, parts.length === 0 ? [now] : parts, new.target);
  };
  FixedDate.prototype = RealDate.prototype;
  FixedDate.prototype.constructor = FixedDate;
  FixedDate.now = () => now;
  FixedDate.parse = RealDate.parse;
  FixedDate.UTC = RealDate.UTC;
  globalThis.Date = FixedDate;
  Math.random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  if (globalThis.performance) delete globalThis.performance;
  const { isFinite } = Number;
  const [RealMap, RealSet] = [Map, Set];
  const refuse = (key, what) => {
    throw { message: (key === "" ? "it" : key) + " is " + what };
  };
  return (key, value) => {
    switch (typeof value) {
      case "number":
        return isFinite(value) ? value : refuse(key, "" + value);
      case "function":
        return refuse(key, "a function");
      case "symbol":
        return refuse(key, "a symbol");
      case "bigint":
        return refuse(key, "a bigint");
      case "object":
        if (value instanceof RealMap) return refuse(key, "a Map; Object.fromEntries makes an object of it");
        if (value instanceof RealSet) return refuse(key, "a Set; Array.from makes a list of it");
    }
    return value;
  };
})();
`;
