/** Numbers, money and time as people read them. */
import type { Language } from "#renderer/i18n/catalogue.ts";

/** `0.4 s`, `12 s`, `3 min 05 s`, `2 h 10 min`. */
export function formatElapsed(ms: number): string {
  if (ms < 0) return "0 s";
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const pad = (value: number): string => String(value).padStart(2, "0");
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${pad(seconds % 60)} s`;
  const minutes = Math.floor(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`;
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

/** The last part of a path, without the pipeline suffix. */
export function fileTitle(path: string): string {
  return (path.split(/[\\/]/).at(-1) ?? path).replace(/\.layerloom\.ya?ml$/i, "");
}
