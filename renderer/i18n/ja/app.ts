/** Japanese texts of the app area. */
import type { enApp } from "#renderer/i18n/en/app.ts";

export const jaApp: Record<keyof typeof enApp, string> = {};
