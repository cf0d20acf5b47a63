/** What a page points at is there: relative links, pictures, and paths of this repository in code spans. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PAGES = [
  "README.md",
  "CONTRIBUTING.md",
  ...readdirSync(join(ROOT, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];
const LINK = /\]\(([^)#\s]+)(#[^)]*)?\)|(?:src|srcset)="([^"]+)"/g;
const PATH = /`((?:bench|bin|docs|electron|engine|examples|renderer|scripts|test)\/[\w./-]*)`/g;

test.each(PAGES)("%s", (page) => {
  const text = readFileSync(join(ROOT, page), "utf8");
  const links = [...text.matchAll(LINK)]
    .map((match) => match[1] ?? match[3] ?? "")
    .filter((target) => !/^\w+:/.test(target))
    .map((target) => join(dirname(page), target));
  const paths = [...text.matchAll(PATH)].map((match) => match[1] ?? "");
  expect([...links, ...paths].filter((target) => !existsSync(join(ROOT, target)))).toEqual([]);
});
