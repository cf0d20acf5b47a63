/** Japanese texts of the inspector area. */
import type { enInspector } from "#renderer/i18n/en/inspector.ts";

export const jaInspector: Record<keyof typeof enInspector, string> = {};
