/** What a skin knows of an activity: enough for the palette, the generated form, the schema and the docs. */
import type { Layer } from "./definition.ts";
import type { JsonObject } from "./json.ts";

export type ActivityInfo = {
  /** The `uses:` name, such as `file.read`. */
  readonly name: string;
  /** English; the screen looks up `activity.<name>.title` first. */
  readonly title: string;
  readonly description: string;
  /** Palette groups; empty means control. */
  readonly layers: readonly Layer[];
  readonly group: "layer" | "control";
  /** lucide icon name. */
  readonly icon: string;
  /** JSON Schema (draft 2020-12, an object) of `with:`. Fields carry `title`, `description`, and `x-widget`: expression | code | multiline | path. */
  readonly schema: JsonObject;
  /** Fixed outcomes. Nodes whose outcomes depend on their settings have `outcomesFrom`. */
  readonly outcomes: readonly string[];
  /** How to read more outcomes out of `with`: gate: rules[].outcome + otherwise; human: outcomes; simulate: script[].outcome. */
  readonly outcomesFrom?: "gate" | "human" | "simulate" | undefined;
  /** No effect outside: may run again without harm, and without waiting for the disk. */
  readonly pure: boolean;
  /** A `with:` that makes a fresh node of this kind valid. */
  readonly example: JsonObject;
};
