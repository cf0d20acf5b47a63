/** A checkout of its own for the commands of the pages: a copy of the sources, unbuilt, as `npm ci` leaves it. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

const LEFT_OUT = new Set([
  ".git",
  ".types",
  ".cache",
  "node_modules",
  "dist",
  "release",
  "coverage",
  "out",
  "test-results",
  "playwright-report",
]);

export type Checkout = { readonly folder: string; readonly home: string; remove(): void };

export function copyCheckout(root: string): Checkout {
  const place = mkdtempSync(join(tmpdir(), "layerloom-docs-"));
  const folder = join(place, "layerloom");
  for (const name of readdirSync(root)) {
    if (!LEFT_OUT.has(name)) cpSync(join(root, name), join(folder, name), { recursive: true });
  }
  linkPackages(join(root, "node_modules"), join(folder, "node_modules"));
  const home = join(place, "home");
  mkdirSync(home);
  return { folder, home, remove: () => rmSync(place, { recursive: true, force: true, maxRetries: 5 }) };
}

/** The folder itself is real, since an example reads the tree that npm notes in it; the packages are links. */
function linkPackages(from: string, to: string): void {
  mkdirSync(to);
  for (const name of readdirSync(from)) {
    const source = join(from, name);
    if (basename(name) === ".package-lock.json") cpSync(source, join(to, name));
    else if (!name.startsWith(".") || name === ".bin") symlinkSync(source, join(to, name), "junction");
  }
}
