/** Sends one request with `fetch`, follows few redirects, reads a bounded answer and names every failure. */

import { retryAfterMs } from "#activities/retry-after.ts";
import { LayerloomError } from "#contract/errors.ts";
import type { Json } from "#contract/json.ts";
import type { ActivityContext } from "#ports/activity.ts";
import { AttemptError } from "#ports/failure.ts";
import type { HttpSettings } from "./settings.ts";

const MAX_BODY_BYTES = 10 * 1024 * 1024;
const MAX_REDIRECTS = 5;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const WITHOUT_BODY: ReadonlySet<string> = new Set(["GET", "HEAD"]);
/** Not sent on to another origin. */
const PRIVATE_HEADERS = ["authorization", "cookie", "proxy-authorization"];

type Answer = { status: number; headers: Record<string, string>; body: Json };

export async function request(settings: HttpSettings, context: ActivityContext): Promise<Answer> {
  const url = addressOf(settings);
  const place = `${settings.method} ${url.origin}${url.pathname}`;
  try {
    const response = await send(url, settings, context, place);
    const { status } = response;
    const accepted = settings.okStatus ? settings.okStatus.includes(status) : response.ok;
    const text = await readText(response, place);
    if (!accepted) throw unaccepted(response, text, place, context.now());
    return {
      status,
      headers: Object.fromEntries(response.headers),
      body: parse(text, response, settings, place),
    };
  } catch (error) {
    context.signal.throwIfAborted();
    if (error instanceof LayerloomError) throw error;
    throw new AttemptError("HTTP_FAILED", `${place}: ${why(error)}`, { cause: error });
  }
}

function addressOf({ url: text, query }: HttpSettings): URL {
  const url = new URL(text);
  for (const [name, value] of Object.entries(query)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item !== null) url.searchParams.append(name, String(item));
    }
  }
  return url;
}

async function send(
  start: URL,
  settings: HttpSettings,
  context: ActivityContext,
  place: string,
): Promise<Response> {
  let url = start;
  let method: string = settings.method;
  const headers = new Headers(Object.entries(settings.headers).map(([name, value]) => [name, String(value)]));
  let body = bodyOf(settings, headers);
  if (url.username !== "" || url.password !== "") {
    if (!headers.has("authorization")) headers.set("authorization", basicAuthorization(url));
    url = withoutCredentials(url);
  }
  if (!WITHOUT_BODY.has(method) && !headers.has("idempotency-key"))
    headers.set("idempotency-key", context.idempotencyKey);
  for (let hops = 0; ; hops += 1) {
    const response = await fetch(url, {
      method,
      headers,
      redirect: "manual",
      signal: context.signal,
      ...(body === undefined ? {} : { body }),
    });
    const location = response.headers.get("location");
    if (location === null || !REDIRECTS.has(response.status) || settings.okStatus?.includes(response.status))
      return response;
    await response.body?.cancel();
    if (hops === MAX_REDIRECTS)
      throw new LayerloomError("HTTP_FAILED", `${place}: more than ${MAX_REDIRECTS} redirects`);
    const next = redirectTarget(location, url, place);
    if (next.origin !== url.origin) for (const name of PRIVATE_HEADERS) headers.delete(name);
    if (response.status === 303 ? method !== "HEAD" : response.status < 303 && method === "POST") {
      method = "GET";
      body = undefined;
      headers.delete("content-type");
    }
    url = next;
  }
}

function redirectTarget(location: string, from: URL, place: string): URL {
  const next = URL.parse(location, from.href);
  if (next && /^https?:$/.test(next.protocol)) return withoutCredentials(next);
  throw new LayerloomError("HTTP_FAILED", `${place}: redirected to what is no http address`);
}

/** `fetch` refuses an address that holds a password and repeats it in its message. */
function withoutCredentials(url: URL): URL {
  const bare = new URL(url);
  bare.username = "";
  bare.password = "";
  return bare;
}

function basicAuthorization({ username, password }: URL): string {
  const text = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return `Basic ${Buffer.from(text).toString("base64")}`;
}

function bodyOf({ method, body }: HttpSettings, headers: Headers): string | undefined {
  if (body === undefined || body === null) return undefined;
  if (WITHOUT_BODY.has(method)) {
    throw new LayerloomError("INVALID_VALUE", `a ${method} request has no body`, {
      hint: "Use POST, or leave body out.",
    });
  }
  const text = typeof body === "string" ? body : JSON.stringify(body);
  if (!headers.has("content-type")) {
    headers.set("content-type", typeof body === "string" ? "text/plain; charset=utf-8" : "application/json");
  }
  return text;
}

async function readText(response: Response, place: string): Promise<string> {
  if (!response.body) return "";
  const decoder = new TextDecoder();
  let size = 0;
  let text = "";
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    if (size > MAX_BODY_BYTES) {
      throw new LayerloomError(
        "OUTPUT_TOO_LARGE",
        `${place}: the answer is larger than ${MAX_BODY_BYTES} bytes`,
      );
    }
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function parse(text: string, response: Response, { expect }: HttpSettings, place: string): Json {
  const type = response.headers.get("content-type") ?? "";
  const asJson = expect === "json" || (expect === "auto" && /^application\/([\w.+-]+\+)?json\b/i.test(type));
  if (!asJson) return text === "" && expect === "auto" ? null : text;
  if (text.trim() === "") return null;
  try {
    return JSON.parse(text);
  } catch {
    if (expect === "auto") return text;
    throw new AttemptError("HTTP_FAILED", `${place}: the answer is not JSON`, {
      status: response.status,
      hint: `It says it is ${type === "" ? "nothing" : type} and starts with: ${text.slice(0, 80)}`,
    });
  }
}

function unaccepted({ status, headers }: Response, text: string, place: string, now: number): AttemptError {
  const said = text.trim().replaceAll(/\s+/g, " ").slice(0, 200);
  return new AttemptError("HTTP_FAILED", `${place}: status ${status}${said === "" ? "" : `: ${said}`}`, {
    status,
    retryAfterMs: retryAfterMs(headers, now),
  });
}

/** `fetch failed` says nothing; its cause does. */
function why(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return String(cause);
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : "";
  return cause.message === ""
    ? code
    : cause.message.includes(code)
      ? cause.message
      : `${cause.message} (${code})`;
}
