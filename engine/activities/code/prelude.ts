/**
 * Runs in the sandbox before the code does: takes away what would make two runs of the same thing differ, the clock
 * and the dice. Plain JavaScript in a text, since it is no part of this program; `__now` and `__seed` are set before.
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
})();
`;
