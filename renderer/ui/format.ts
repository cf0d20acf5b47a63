/** Numbers, money and time as people read them. */
import type { Language } from "#renderer/i18n/catalogue.ts";

type Units = {
  readonly ms: string;
  readonly s: string;
  readonly min: string;
  readonly h: string;
  readonly d: string;
};

const UNITS: Readonly<Record<Language, Units>> = {
  en: { ms: "ms", s: "s", min: "min", h: "h", d: "d" },
  ja: { ms: "ms", s: "秒", min: "分", h: "時間", d: "日" },
};

/** `0.4 s`, `12 s`, `3 min 05 s`, `2 h 10 min`, `30 d 4 h`. */
export function formatElapsed(ms: number, language: Language): string {
  const unit = UNITS[language];
  if (ms < 0) return `0 ${unit.s}`;
  if (ms < 1_000) return `${Math.round(ms)} ${unit.ms}`;
  if (ms < 10_000) return `${(ms / 1_000).toFixed(1)} ${unit.s}`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${seconds} ${unit.s}`;
  const pad = (value: number): string => String(value).padStart(2, "0");
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} ${unit.min} ${pad(seconds % 60)} ${unit.s}`;
  const minutes = Math.floor(seconds / 60);
  const hours = Math.round(seconds / 3_600);
  if (hours >= 100)
    return `${Math.floor(hours / 24)} ${unit.d}${hours % 24 === 0 ? "" : ` ${hours % 24} ${unit.h}`}`;
  return `${Math.floor(minutes / 60)} ${unit.h} ${pad(minutes % 60)} ${unit.min}`;
}

/** A time that goes on: whole seconds, or it would flicker. */
export function formatTicking(ms: number, language: Language): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  return seconds < 10 ? `${seconds} ${UNITS[language].s}` : formatElapsed(seconds * 1_000, language);
}

/** A mark on a time axis; as short as its step allows. */
export function formatTick(ms: number, step: number, language: Language): string {
  if (step < 1_000) return `${ms} ${UNITS[language].ms}`;
  return ms >= 120_000 ? formatElapsed(ms, language) : `${ms / 1_000} ${UNITS[language].s}`;
}

/** Cents and above with two digits, less with four; never a false zero. */
export function formatUsd(usd: number): string {
  if (usd === 0) return "$0.00";
  if (usd < 0.0001) return "<$0.0001";
  return usd < 0.1 ? `$${usd.toFixed(4)}` : `$${usd.toFixed(2)}`;
}

const LOCALES: Readonly<Record<Language, string>> = { en: "en-GB", ja: "ja-JP" };

export function formatClock(at: number, language: Language): string {
  return new Intl.DateTimeFormat(LOCALES[language], {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  }).format(at);
}

/** Today: the time alone; else day and time. */
export function formatWhen(at: number, language: Language): string {
  const today = new Date().toDateString() === new Date(at).toDateString();
  if (today) return formatClock(at, language);
  return new Intl.DateTimeFormat(LOCALES[language], {
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
  }).format(at);
}

export function formatNumber(value: number, language: Language): string {
  return new Intl.NumberFormat(LOCALES[language]).format(value);
}

/** Short where it is large: `12`, `1,200`, `1.5M`. */
export function formatCount(value: number, language: Language): string {
  if (value < 10_000) return formatNumber(value, language);
  return new Intl.NumberFormat(LOCALES[language], {
    notation: "compact",
    maximumSignificantDigits: 3,
  }).format(value);
}

/** The last part of a path, without the pipeline suffix. */
export function fileTitle(path: string): string {
  return (path.split(/[\\/]/).at(-1) ?? path).replace(/\.layerloom\.ya?ml$/i, "");
}
