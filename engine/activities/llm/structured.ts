/** Holds an answer against the JSON Schema that the node asked for. */
import { z } from "zod";
import { LayerloomError } from "#contract/errors.ts";
import type { Json, JsonObject } from "#contract/json.ts";

/** Undefined when the answer conforms, else what is wrong, in one line. */
export type Conformance = (answer: Json) => string | undefined;

/** Throws MODEL_REQUEST_INVALID for what is no schema that can be checked. */
export function conformanceTo(schema: JsonObject): Conformance {
  const compiled = compile(schema);
  return (answer) => {
    const issue = compiled.safeParse(answer).error?.issues[0];
    if (!issue) return undefined;
    const path = issue.path.map(String).join(".");
    return path === "" ? issue.message : `${path}: ${issue.message}`;
  };
}

function compile(schema: JsonObject): z.ZodType {
  try {
    return z.fromJSONSchema(JSON.parse(JSON.stringify(schema)));
  } catch (error) {
    throw new LayerloomError(
      "MODEL_REQUEST_INVALID",
      `schema: ${error instanceof Error ? error.message : String(error)}`,
      {
        field: "schema",
        hint: "Use a plain JSON Schema: type, properties, required, items, enum.",
      },
    );
  }
}
