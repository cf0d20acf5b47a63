/** Japanese texts of the canvas area. */
import type { enCanvas } from "#renderer/i18n/en/canvas.ts";

export const jaCanvas: Record<keyof typeof enCanvas, string> = {};
