/**
 * Who may talk to the server: the judgement on Host, Origin and token, and nothing else.
 * Made for a server on loopback that every web page on this machine can reach: a foreign page has a foreign Origin, a
 * rebound name has a foreign Host, and neither knows the token.
 */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { LayerloomError } from "#contract/errors.ts";

export const SUBPROTOCOL = "layerloom";
const TOKEN_PROTOCOL = "token.";
const LOOPBACK_NAMES = ["127.0.0.1", "localhost", "[::1]"] as const;

/** 32 random bytes, base64url. */
export function createToken(): string {
  return randomBytes(32).toString("base64url");
}

/** Throws FORBIDDEN unless the request was meant for this server and comes from its own page, or from no page. */
export function checkOrigin(headers: IncomingHttpHeaders, port: number): void {
  const host = headers.host?.toLowerCase() ?? "";
  if (!LOOPBACK_NAMES.some((name) => host === `${name}:${port}` || (port === 80 && host === name))) {
    throw new LayerloomError("FORBIDDEN", "This server answers to its loopback address only.", {
      hint: `Use http://127.0.0.1:${port}.`,
    });
  }
  const { origin } = headers;
  if (origin !== undefined && origin.toLowerCase() !== `http://${host}`) {
    throw new LayerloomError("FORBIDDEN", "Pages of other origins may not talk to this server.", {
      hint: "Leave out the Origin header, or open the app from this server.",
    });
  }
}

export function hasToken(headers: IncomingHttpHeaders, token: string, isSocket: boolean): boolean {
  const given = givenToken(headers, isSocket);
  return given !== undefined && sameText(given, token);
}

/** Throws UNAUTHORIZED unless the request carries the token. */
export function checkToken(headers: IncomingHttpHeaders, token: string, isSocket: boolean): void {
  if (hasToken(headers, token, isSocket)) return;
  const given = givenToken(headers, isSocket);
  throw new LayerloomError("UNAUTHORIZED", given === undefined ? "A key is needed." : "The key is wrong.", {
    hint: "Send the token that `layerloom serve` printed as X-API-Key or as Authorization: Bearer.",
  });
}

function givenToken(headers: IncomingHttpHeaders, isSocket: boolean): string | undefined {
  const key = headers["x-api-key"];
  if (typeof key === "string") return key;
  const bearer = /^bearer +(\S+)$/i.exec(headers.authorization ?? "");
  if (bearer) return bearer[1];
  if (!isSocket) return undefined;
  // A browser can give a WebSocket no headers, so the token comes as the name of a subprotocol.
  const protocols = (headers["sec-websocket-protocol"] ?? "").split(",").map((name) => name.trim());
  return protocols.find((name) => name.startsWith(TOKEN_PROTOCOL))?.slice(TOKEN_PROTOCOL.length);
}

/** Takes the same time wherever they differ; hashing makes the lengths equal. */
function sameText(left: string, right: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}
