/** A doubly linked list: push, shift and removal from the middle, each O(1). */

export type Link<T> = { readonly value: T; before: Link<T> | undefined; after: Link<T> | undefined };

export class LinkedList<T> {
  #first: Link<T> | undefined;
  #last: Link<T> | undefined;

  push(value: T): Link<T> {
    const link: Link<T> = { value, before: this.#last, after: undefined };
    if (this.#last === undefined) this.#first = link;
    else this.#last.after = link;
    this.#last = link;
    return link;
  }

  shift(): T | undefined {
    const link = this.#first;
    if (link === undefined) return undefined;
    this.remove(link);
    return link.value;
  }

  /** The link must be in this list. */
  remove(link: Link<T>): void {
    if (link.before === undefined) this.#first = link.after;
    else link.before.after = link.after;
    if (link.after === undefined) this.#last = link.before;
    else link.after.before = link.before;
    link.before = undefined;
    link.after = undefined;
  }
}
