/**
 * Translation. `useT()` inside components (re-renders when the language changes), `translate()` elsewhere.
 * Keys are flat and typed: a text that does not exist does not compile.
 */
import i18next from "i18next";
import { useCallback } from "react";
import { initReactI18next, useTranslation } from "react-i18next";
import { type Language, type MessageKey, RESOURCES } from "#renderer/i18n/catalogue.ts";

export type { MessageKey };
export type Params = Readonly<Record<string, string | number>>;
export type Translate = (key: MessageKey, params?: Params) => string;

const i18n: typeof i18next = i18next.createInstance();

export function startI18n(language: Language): void {
  void i18n.use(initReactI18next).init({
    lng: language,
    fallbackLng: "en",
    resources: { en: { translation: RESOURCES.en }, ja: { translation: RESOURCES.ja } },
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escapeValue: false },
    initAsync: false,
  });
}

export function setI18nLanguage(language: Language): void {
  void i18n.changeLanguage(language);
  if (typeof document !== "undefined") document.documentElement.lang = language;
}

export const translate: Translate = (key, params) => i18n.t(key, { ...params });

export function useT(): Translate {
  const { t } = useTranslation(undefined, { i18n });
  return useCallback<Translate>((key, params) => t(key, { ...params }), [t]);
}

export function useLanguage(): Language {
  const { i18n: shown } = useTranslation(undefined, { i18n });
  return shown.language === "ja" ? "ja" : "en";
}

/** For keys built from data (an activity's name, an outcome): the text if there is one, else the fallback. */
export function useTOr(): (key: string, fallback: string) => string {
  const { t } = useTranslation(undefined, { i18n });
  return useCallback((key: string, fallback: string) => (i18n.exists(key) ? t(key) : fallback), [t]);
}
