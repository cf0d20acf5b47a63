/**
 * The names of unsaved work. Each opening of a file has a name of its own: two windows on one file must not keep their
 * work in the same place.
 */

const UNTITLED = "untitled-";
const OWN = /#[0-9a-f]{8}$/;

export const untitledKey = (): string => UNTITLED + unique();
export const keyFor = (path: string): string => `${path}#${unique()}`;

/** The file that the work belongs to; undefined when it was never saved to one. */
export const pathOfKey = (key: string): string | undefined =>
  key.startsWith(UNTITLED) ? undefined : key.replace(OWN, "");

const unique = (): string => crypto.randomUUID().slice(0, 8);
