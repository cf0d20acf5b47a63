/**
 * What is known of an object while its JSON still streams: the fields that are complete. Looks at each character once.
 * Knows no schema; what is no JSON object gives nothing, and is for whoever has the whole answer to refuse.
 */
import type { Json, JsonObject } from "#contract/json.ts";

export class KnownFields {
  /** Of the field that is not complete: put together once, since a text that grows is dear to look into. */
  #text = "";
  /** Brackets that are open: 1 within the object itself. */
  #depth = 0;
  #inString = false;
  #escaped = false;
  #over = false;
  #fields: JsonObject = {};

  /** All that is complete, when the piece has completed more. */
  take(piece: string): JsonObject | undefined {
    const before = this.#fields;
    let from = 0;
    for (let at = 0; at < piece.length && !this.#over; at += 1) {
      if (this.#depth === 0) from = at + 1;
      if (!this.#endsField(piece.charAt(at))) continue;
      this.#endField(this.#text + piece.slice(from, at));
      this.#text = "";
      from = at + 1;
    }
    if (!this.#over) this.#text += piece.slice(from);
    return this.#fields === before ? undefined : this.#fields;
  }

  #endsField(char: string): boolean {
    if (this.#inString) {
      this.#inString = this.#escaped || char !== '"';
      this.#escaped = !this.#escaped && char === "\\";
      return false;
    }
    if (this.#depth === 0) {
      if (char === "{") this.#depth = 1;
      else this.#over = char.trim() !== "";
      return false;
    }
    if (char === '"') this.#inString = true;
    else if (char === "{" || char === "[") this.#depth += 1;
    else if (char === "}" || char === "]") this.#depth -= 1;
    return this.#depth === 0 || (this.#depth === 1 && char === ",");
  }

  #endField(text: string): void {
    this.#over = this.#depth === 0;
    const field = fieldIn(text);
    if (field === undefined) this.#over = true;
    else if (Object.keys(field).length > 0) this.#fields = { ...this.#fields, ...field };
  }
}

/** `"name": value`; nothing for an empty text, undefined for what is no field. */
function fieldIn(text: string): { readonly [key: string]: Json } | undefined {
  try {
    return JSON.parse(`{${text}}`);
  } catch {
    return undefined;
  }
}
