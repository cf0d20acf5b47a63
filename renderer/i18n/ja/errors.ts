/** Japanese texts of the errors area. */
import type { enErrors } from "#renderer/i18n/en/errors.ts";

export const jaErrors: Record<keyof typeof enErrors, string> = {};
