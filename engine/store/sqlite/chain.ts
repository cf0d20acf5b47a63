/**
 * Owns the chain of journal rows, so that a row that is changed, lost, moved or put in later is noticed. The rows that
 * were committed together have one link, in the last of them: how many they are, and the SHA-256 of the link before them
 * and of the rows. (A digest a row would cost a third of the speed.) Rows from before there were links stand before the
 * first. Must not know statements.
 */
import { hash } from "node:crypto";

export type LinkedRow = {
  readonly seq: number;
  readonly at: number;
  readonly json: string;
  readonly link: string | null;
};

/**
 * `before` is the link of the row before these, null where there is none; `run` is the run's id; `from` the number of the
 * first row. Columns, and times as bytes, because that is the quickest way to one text.
 */
export function linkOver(
  before: string | null,
  run: string,
  from: number,
  times: readonly number[],
  jsons: readonly string[],
): string {
  const clock = Buffer.from(new Float64Array(times).buffer).toString("base64");
  return `${jsons.length} ${digest(`${before ?? ""}\n${run}\n${from}\n${clock}`, jsons)}`;
}

/** Texts are joined here as bytes, again and again: one long string a commit would be made, flattened and thrown away. */
let desk = Buffer.allocUnsafe(64 * 1024);
const BYTES_A_CHARACTER = 3;
const NEW_LINE = 0x0a;

/** SHA-256, in base64, of the head and the lines below it. */
function digest(head: string, lines: readonly string[]): string {
  let room = head.length * BYTES_A_CHARACTER;
  for (const line of lines) room += 1 + line.length * BYTES_A_CHARACTER;
  if (room > desk.length) desk = Buffer.allocUnsafe(room);
  let end = desk.write(head);
  for (const line of lines) {
    desk[end] = NEW_LINE;
    end += 1 + desk.write(line, end + 1);
  }
  return hash("sha256", desk.subarray(0, end), "base64");
}

/** Where a chain does not hold: somewhere in these rows, both ends included. */
export type Break = { readonly from: number; readonly to: number };

/** Walks one run's rows in order, from any row that ends a commit. */
export class ChainWalk {
  readonly #run: string;
  #before: string | null;
  #last: number;
  #open: LinkedRow[] = [];

  /** Begins after row `last`, whose link is `before`. */
  constructor(run: string, last: number, before: string | null) {
    this.#run = run;
    this.#last = last;
    this.#before = before;
  }

  /** The break that this row shows, if any; nothing can be said about the rows after it then. */
  take(row: LinkedRow): Break | undefined {
    const { seq, link } = row;
    if (seq !== this.#last + 1) return { from: this.#last + 1, to: seq };
    this.#last = seq;
    this.#open.push(row);
    if (link === null) return undefined;
    const rows = this.#covered(link);
    const [first = row] = rows;
    const times = rows.map(({ at }) => at);
    const jsons = rows.map(({ json }) => json);
    if (linkOver(this.#before, this.#run, first.seq, times, jsons) !== link)
      return { from: first.seq, to: seq };
    this.#before = link;
    this.#open = [];
    return undefined;
  }

  /** The break that shows only at the end of the journal. */
  end(): Break | undefined {
    const [first] = this.#open;
    return first && this.#before !== null ? { from: first.seq, to: this.#last } : undefined;
  }

  /** Only in front of the first link may there be rows that no link covers. */
  #covered(link: string): readonly LinkedRow[] {
    const count = Number.parseInt(link, 10);
    return this.#before === null && count < this.#open.length ? this.#open.slice(-count) : this.#open;
  }
}
