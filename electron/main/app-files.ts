/** Serves the built app on `app://layerloom`, and nothing else of the disk, each answer with its policy. */
import { readFile } from "node:fs/promises";
import { extname, join, normalize, sep } from "node:path";
import { APP_ORIGIN } from "#electron/shared/channels.ts";

const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "object-src 'none'",
  "frame-src 'none'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".wasm": "application/wasm",
};

const HEADERS = {
  "content-security-policy": CONTENT_SECURITY_POLICY,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
};

export function appFileHandler(folder: string): (request: Request) => Promise<Response> {
  return async (request) => {
    const path = fileOf(request, folder);
    if (!path) return new Response("Not found", { status: 404, headers: HEADERS });
    const type = TYPES[extname(path)] ?? "application/octet-stream";
    try {
      return new Response(await readFile(path), { headers: { ...HEADERS, "content-type": type } });
    } catch {
      return new Response("Not found", { status: 404, headers: HEADERS });
    }
  };
}

/** The file below `folder` that is asked for; undefined for another host, method or a path that leaves the folder. */
function fileOf(request: Request, folder: string): string | undefined {
  if (request.method !== "GET") return undefined;
  const url = URL.parse(request.url);
  if (!url || `${url.protocol}//${url.host}` !== APP_ORIGIN) return undefined;
  let wanted: string;
  try {
    wanted = decodeURIComponent(url.pathname);
  } catch {
    return undefined;
  }
  if (wanted.includes("\0") || wanted.includes("\\")) return undefined;
  const path = normalize(join(folder, wanted === "/" ? "index.html" : wanted));
  return path.startsWith(normalize(folder) + sep) ? path : undefined;
}
