/** A promise of the engine that did not hold. `kind` says which, so that a smaller scenario can be held against it. */
export class Broken extends Error {
  readonly kind: string;

  constructor(kind: string, message: string) {
    super(`${kind}: ${message}`);
    this.kind = kind;
  }
}
