/** Owns the map from definition paths to places in the file: keys of maps, items of lists. */
import type { Place } from "#contract/errors.ts";
import type { EdgeOrigin } from "./build-definition.ts";
import type { LineTable, SourceNode } from "./source-tree.ts";

export function collectPlaces(
  root: SourceNode,
  origins: readonly EdgeOrigin[],
  lines: LineTable,
): Record<string, Place> {
  const places: Record<string, Place> = {};
  const visit = (node: SourceNode, path: string): void => {
    if (node.kind === "map") {
      for (const { key, keyStart, node: child } of node.entries) {
        const at = path === "" ? key : `${path}.${key}`;
        places[at] = lines.place(keyStart);
        if (at !== "edges") visit(child, at);
      }
    } else if (node.kind === "list") {
      node.items.forEach((item, index) => {
        places[`${path}.${index}`] = lines.place(item.start);
        visit(item, `${path}.${index}`);
      });
    }
  };
  visit(root, "");
  origins.forEach((origin, index) => {
    places[`edges.${index}`] = lines.place(origin.start);
    visit(origin.node, `edges.${index}`);
  });
  return places;
}
