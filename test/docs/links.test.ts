/** What a page points at is there: relative links, pictures, paths in code spans, folders of tests. */
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
const TESTS = /npm run test:unit -- ([\w./ -]+)/g;

test.each(PAGES)("%s", (page) => {
  const text = readFileSync(join(ROOT, page), "utf8");
  const links = [...text.matchAll(LINK)]
    .map((match) => match[1] ?? match[3] ?? "")
    .filter((target) => !/^\w+:/.test(target))
    .map((target) => join(dirname(page), target));
  const paths = [...text.matchAll(PATH)].map((match) => match[1] ?? "");
  const tests = [...text.matchAll(TESTS)].flatMap((match) => (match[1] ?? "").trim().split(" "));
  expect([...links, ...paths, ...tests].filter((target) => !existsSync(join(ROOT, target)))).toEqual([]);
});
