/** Small preferences of this person on this machine. A browser that refuses storage costs the memory, nothing else. */

const PREFIX = "layerloom.";

export function readSetting(name: string): string | undefined {
  try {
    return globalThis.localStorage?.getItem(PREFIX + name) ?? undefined;
  } catch {
    return undefined;
  }
}

export function writeSetting(name: string, value: string): void {
  try {
    globalThis.localStorage?.setItem(PREFIX + name, value);
  } catch {
    // Storage is full or forbidden: the setting holds until the window closes.
  }
}
