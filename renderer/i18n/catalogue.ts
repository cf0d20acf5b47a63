/** All texts of the screen, by language. A key that one language lacks is a type error in that area's file. */
import { enApp } from "#renderer/i18n/en/app.ts";
import { enCanvas } from "#renderer/i18n/en/canvas.ts";
import { enErrors } from "#renderer/i18n/en/errors.ts";
import { enInspector } from "#renderer/i18n/en/inspector.ts";
import { enKept } from "#renderer/i18n/en/kept.ts";
import { enNews } from "#renderer/i18n/en/news.ts";
import { enPalette } from "#renderer/i18n/en/palette.ts";
import { enParts } from "#renderer/i18n/en/parts.ts";
import { enRules } from "#renderer/i18n/en/rules.ts";
import { enRuns } from "#renderer/i18n/en/runs.ts";
import { enStart } from "#renderer/i18n/en/start.ts";
import { enText } from "#renderer/i18n/en/text.ts";
import { jaApp } from "#renderer/i18n/ja/app.ts";
import { jaCanvas } from "#renderer/i18n/ja/canvas.ts";
import { jaEditor } from "#renderer/i18n/ja/editor.ts";
import { jaErrors } from "#renderer/i18n/ja/errors.ts";
import { jaEvents } from "#renderer/i18n/ja/events.ts";
import { jaInspector } from "#renderer/i18n/ja/inspector.ts";
import { jaKept } from "#renderer/i18n/ja/kept.ts";
import { jaNews } from "#renderer/i18n/ja/news.ts";
import { jaPalette } from "#renderer/i18n/ja/palette.ts";
import { jaParts } from "#renderer/i18n/ja/parts.ts";
import { jaRules } from "#renderer/i18n/ja/rules.ts";
import { jaRuns } from "#renderer/i18n/ja/runs.ts";
import { jaSchemaTexts } from "#renderer/i18n/ja/schema-texts.ts";
import { jaStart } from "#renderer/i18n/ja/start.ts";
import { jaText } from "#renderer/i18n/ja/text.ts";

export const LANGUAGES = ["en", "ja"] as const;
export type Language = (typeof LANGUAGES)[number];

export const en = {
  ...enApp,
  ...enRuns,
  ...enRules,
  ...enKept,
  ...enNews,
  ...enParts,
  ...enText,
  ...enStart,
  ...enErrors,
  ...enCanvas,
  ...enPalette,
  ...enInspector,
} as const;

export type MessageKey = keyof typeof en;

export const ja: Record<MessageKey, string> = {
  ...jaApp,
  ...jaRuns,
  ...jaRules,
  ...jaKept,
  ...jaNews,
  ...jaParts,
  ...jaText,
  ...jaStart,
  ...jaErrors,
  ...jaCanvas,
  ...jaPalette,
  ...jaInspector,
};

/** All that is looked up, by language. The English of an activity's settings stands in its schema. */
export const RESOURCES: Readonly<Record<Language, Readonly<Record<string, string>>>> = {
  en,
  ja: { ...jaSchemaTexts, ...jaEvents, ...ja },
};

/** What the text editor says by itself; its own words are English. */
export const EDITOR_PHRASES: Readonly<Record<Language, Readonly<Record<string, string>>>> = {
  en: {},
  ja: jaEditor,
};
