/** Activities by layer, those without a layer under control, narrowed by what was typed. Pure. */
import type { ActivityInfo } from "#contract/activity-info.ts";
import { LAYERS, type Layer } from "#contract/definition.ts";

export type PaletteGroup = { readonly layer: Layer | undefined; readonly items: readonly ActivityInfo[] };

/** `titleOf`: the title in the language of the screen; the English title and the `uses:` name are found as well. */
export function groupActivities(
  activities: readonly ActivityInfo[],
  query: string,
  titleOf: (info: ActivityInfo) => string,
): readonly PaletteGroup[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const found = activities.filter((info) => {
    const text = [titleOf(info), info.title, info.name, info.description].join(" ").toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const groups: PaletteGroup[] = LAYERS.map((layer) => ({
    layer,
    items: found.filter((info) => info.layers.includes(layer)),
  }));
  groups.push({ layer: undefined, items: found.filter((info) => info.layers.length === 0) });
  return groups.filter((group) => group.items.length > 0);
}
