/** An activity's schema in the language of the screen: where a text is missing, the schema's own stays. Pure. */
import type { Json, JsonObject } from "#contract/json.ts";

type Or = (key: string, fallback: string) => string;

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** `at`: the activity, then the settings on the way; entries of a list are no step of their own. */
export function wordedSchema(schema: JsonObject, at: string, or: Or): JsonObject {
  const { title, description, properties, items } = schema;
  return {
    ...schema,
    ...(typeof title === "string" && { title: or(`activity.${at}.setting`, title) }),
    ...(typeof description === "string" && { description: or(`activity.${at}.hint`, description) }),
    ...(isObject(properties) && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, field]) => [
          name,
          isObject(field) ? wordedSchema(field, `${at}.${name}`, or) : field,
        ]),
      ),
    }),
    ...(isObject(items) && { items: wordedSchema(items, at, or) }),
  };
}
