/** Reads one file of a granted folder: a regular file, of a bounded size, as text or as data. */
import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { LayerloomError } from "#contract/errors.ts";
import type { Json } from "#contract/json.ts";
import { MAX_FILE_BYTES, readError, tooLarge } from "./file-error.ts";

export const ENCODINGS = ["utf8", "utf16le", "latin1", "base64"] as const;
export type Encoding = (typeof ENCODINGS)[number];

export const PARSERS = ["text", "lines", "json", "ndjson"] as const;
export type Parser = (typeof PARSERS)[number];

/** `real` is where the file is, `path` how the pipeline calls it. */
export async function readBytes(real: string, path: string): Promise<Buffer> {
  try {
    // Not blocking: opening a named pipe must not hang.
    const file = await open(
      real,
      constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0),
    );
    try {
      const { size } = await file.stat().then((stat) => {
        if (stat.isFile()) return stat;
        throw new LayerloomError("FILE_UNREADABLE", `${path}: not a regular file`);
      });
      if (size > MAX_FILE_BYTES) throw tooLarge(path, size);
      const bytes = await file.readFile();
      if (bytes.length > MAX_FILE_BYTES) throw tooLarge(path, bytes.length);
      return bytes;
    } finally {
      await file.close();
    }
  } catch (error) {
    throw readError(path, error);
  }
}

export function decode(bytes: Buffer, encoding: Encoding, path: string): string {
  if (encoding !== "utf8") return bytes.toString(encoding).replace(/^\uFEFF/, "");
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new LayerloomError("FILE_UNREADABLE", `${path}: not UTF-8`, {
      hint: `Set encoding to one of ${ENCODINGS.join(", ")}.`,
    });
  }
}

export function parseText(text: string, parser: Parser, path: string): Json {
  switch (parser) {
    case "text":
      return text;
    case "lines":
      return linesOf(text);
    case "json":
      return parseJson(text, path, undefined);
    case "ndjson":
      return linesOf(text).flatMap((line, index) =>
        line.trim() === "" ? [] : [parseJson(line, path, index + 1)],
      );
  }
}

/** Without the empty one that a final line break leaves. */
function linesOf(text: string): string[] {
  const lines = text.split(/\r\n|\n/);
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

function parseJson(text: string, path: string, line: number | undefined): Json {
  try {
    return JSON.parse(text);
  } catch (error) {
    const place = line === undefined ? path : `${path}:${line}`;
    const why = error instanceof Error ? error.message : String(error);
    throw new LayerloomError("FILE_UNREADABLE", `${place}: not JSON: ${why}`);
  }
}
