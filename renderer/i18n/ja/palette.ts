/** Japanese texts of the palette area. */
import type { enPalette } from "#renderer/i18n/en/palette.ts";

export const jaPalette: Record<keyof typeof enPalette, string> = {};
