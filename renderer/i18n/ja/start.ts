/** Japanese texts of the start area. */
import type { enStart } from "#renderer/i18n/en/start.ts";

export const jaStart: Record<keyof typeof enStart, string> = {};
