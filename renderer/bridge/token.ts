/**
 * The access token of a browser session: it arrives once in the address (`#token=…`), leaves the address bar at
 * once, and lives as long as the tab.
 */
const KEY = "layerloom.token";

export function takeToken(): string | undefined {
  const match = /^#(?:.*&)?token=([^&]+)/.exec(window.location.hash);
  if (match?.[1] !== undefined) {
    const token = decodeURIComponent(match[1]);
    window.sessionStorage.setItem(KEY, token);
    window.history.replaceState(null, "", window.location.pathname + window.location.search);
    return token;
  }
  return window.sessionStorage.getItem(KEY) ?? undefined;
}
