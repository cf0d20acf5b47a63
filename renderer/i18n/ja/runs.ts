/** Japanese texts of the runs area. */
import type { enRuns } from "#renderer/i18n/en/runs.ts";

export const jaRuns: Record<keyof typeof enRuns, string> = {};
