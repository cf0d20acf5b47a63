/** A folder of a test's own that goes with it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";

/** Registers the clean-up; returns paths inside a fresh folder per test. */
export function temporaryFolder(): { path(name: string): string } {
  let folder: string | undefined;
  afterEach(() => {
    if (folder) rmSync(folder, { recursive: true, force: true });
    folder = undefined;
  });
  return {
    path(name) {
      folder ??= mkdtempSync(join(tmpdir(), "layerloom-store-"));
      return join(folder, name);
    },
  };
}
