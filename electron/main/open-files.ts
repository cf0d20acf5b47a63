/** Pipeline files that the system hands us: by argument, by a second start of the app, by macOS's open-file. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";

const PIPELINE_FILE = /\.ya?ml$/i;

/** Options and Electron's own arguments are not files; what does not exist is not opened. */
export function filesIn(argv: readonly string[], folder: string): readonly string[] {
  return argv
    .slice(1)
    .filter((arg) => !arg.startsWith("-") && PIPELINE_FILE.test(arg))
    .map((arg) => resolve(folder, arg))
    .filter((path) => existsSync(path));
}

/** Holds what arrives before the window can take it. */
export class FileQueue {
  #deliver: ((path: string) => void) | undefined;
  readonly #waiting: string[] = [];

  add(path: string): void {
    if (this.#deliver) this.#deliver(path);
    else this.#waiting.push(path);
  }

  /** `undefined`: nobody takes files at the moment. */
  deliverTo(deliver: ((path: string) => void) | undefined): void {
    this.#deliver = deliver;
    if (deliver) for (const path of this.#waiting.splice(0)) deliver(path);
  }
}
