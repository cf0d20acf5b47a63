/** A field of the format itself: its label and hint come from the texts of the screen. */
import type { ReactNode } from "react";
import type { Json, JsonObject } from "#contract/json.ts";
import { useTOr } from "#renderer/i18n/i18n.ts";
import type { Path } from "./paths.ts";
import { SchemaField } from "./schema-field.tsx";

type Props = {
  /** `node.timeout`, `edge.max`: the key of the texts. */
  readonly text: string;
  readonly schema: JsonObject;
  readonly path: Path;
  readonly value: unknown;
  readonly required?: boolean;
};

export function OwnField({ text, schema, path, value, required = false }: Props): ReactNode {
  const or = useTOr();
  const name = String(path.at(-1));
  const hint = or(`inspector.hint.${text}`, "");
  return (
    <SchemaField
      name={name}
      schema={labelled(schema, text.split(".").at(-1) ?? text, or)}
      path={path}
      value={value as Json | undefined}
      required={required}
      label={or(`inspector.field.${text}`, name)}
      hint={hint === "" ? undefined : hint}
    />
  );
}

/** Gives the fields of a group and of a list's entries their labels and hints as well. */
function labelled(
  schema: JsonObject,
  group: string,
  or: (key: string, fallback: string) => string,
): JsonObject {
  const { properties, items } = schema;
  if (isObject(items)) return { ...schema, items: labelled(items, group, or) };
  if (!isObject(properties)) return schema;
  const entries = Object.entries(properties as Readonly<Record<string, JsonObject>>);
  return {
    ...schema,
    properties: Object.fromEntries(
      entries.map(([name, field]) => {
        const hint = or(`inspector.hint.${group}.${name}`, "");
        const title = or(`inspector.field.${group}.${name}`, name);
        return [name, { ...field, title, ...(hint !== "" && { description: hint }) }];
      }),
    ),
  };
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);
