/**
 * Owns writing: makes a text say what a definition says. Bytes of what did not change stay; comments, order, quoting
 * and style with them. The result is read back before it is given out: if an edit in place went wrong, the section
 * that differs is written anew, in the worst case the whole file in canonical form.
 */
import { isMap, isSeq, type Node, type YAMLMap, type YAMLSeq } from "yaml";
import type { EdgeDefinition, PipelineDefinition } from "#contract/definition.ts";
import { LayerloomError } from "#contract/errors.ts";
import { type Built, DefinitionBuilder } from "./build-definition.ts";
import { canonicalYaml, NODE_ORDER, TOP_ORDER } from "./canonical.ts";
import { jsonEqual } from "./json-equal.ts";
import { impliedEdges, writtenEdges } from "./next-edges.ts";
import { patchEdges } from "./patch-edges.ts";
import { patchMap } from "./patch-value.ts";
import { readJson } from "./read-json.ts";
import { parseYaml, treeOf } from "./read-yaml.ts";
import { LineTable, SourceError, type SourceNode } from "./source-tree.ts";
import { GiveUp } from "./text-layout.ts";
import { TextPatch } from "./text-patch.ts";
import { writeJson } from "./write-json.ts";
import { edgeItems, indented, inline } from "./yaml-style.ts";

const BOM = "\uFEFF";

/** Throws YAML_SYNTAX (or what else keeps `text` from being read) with its place: there is nothing to keep then. */
export function writeDocument(text: string, definition: PipelineDefinition): string {
  const isMarked = text.startsWith(BOM);
  const source = isMarked ? text.slice(1) : text;
  if (source.trim() === "") return canonicalYaml(definition);
  const json = /^\s*\{/.test(source) ? readJson(source) : undefined;
  const result = json
    ? writeJson(source, definition, writtenEdges(definition, writtenIn(build(json))))
    : writeYaml(source, definition);
  return isMarked ? BOM + result : result;
}

function writeYaml(source: string, definition: PipelineDefinition): string {
  try {
    const document = parseYaml(source);
    const tree = treeOf(document);
    const built = tree && build(tree);
    if (built && isMap(document.contents)) {
      const said = { ...definition, edges: [...writtenEdges(definition, writtenIn(built))] };
      // As it will be read: with what `next:` says behind all that is written.
      const wanted = {
        ...said,
        edges: [...said.edges, ...impliedEdges(said, said.edges).map(({ edge }) => edge)],
      };
      if (jsonEqual(built.definition, wanted)) return source;
      const edges = [...writtenIn(built)];
      const before: Built = {
        definition: { ...built.definition, edges },
        origins: built.origins.slice(0, edges.length),
      };
      const patched = patchYaml(
        source,
        document.contents as unknown as YAMLMap<Node, Node | null>,
        before,
        said,
      );
      if (patched !== undefined && says(patched, wanted)) return patched;
    }
    return withHead(source, canonicalYaml(definition));
  } catch (thrown) {
    if (!(thrown instanceof SourceError)) throw thrown;
    throw new LayerloomError(thrown.code, thrown.message, {
      hint: `repair the text first: ${thrown.hint}`,
      place: new LineTable(source, undefined).place(thrown.offset),
    });
  }
}

/** The edges that stand in the file, without those that `next:` adds behind them. */
function writtenIn(built: Built | undefined): readonly EdgeDefinition[] {
  return built?.definition.edges.filter((_, index) => built.origins[index]?.item !== -1) ?? [];
}

function build(tree: SourceNode): Built | undefined {
  return new DefinitionBuilder(() => undefined).build(tree);
}

function patchYaml(
  source: string,
  map: YAMLMap<Node, Node | null>,
  built: Built,
  definition: PipelineDefinition,
): string | undefined {
  const patch = new TextPatch(source, map);
  const before = built.definition;
  // Values that reading put there in place of missing ones.
  const implied: Partial<PipelineDefinition> = {};
  const present = new Set(map.items.map((pair) => (pair.key as { value?: unknown }).value));
  if (!present.has("edges")) implied.edges = undefined as never;
  if (!present.has("nodes")) implied.nodes = undefined as never;
  const after =
    definition.edges.length === 0 && !present.has("edges") ? { ...definition, edges: undefined } : definition;
  try {
    patchMap(patch, map, { ...before, ...implied }, after, {
      order: TOP_ORDER,
      children: { nodes: { child: { order: NODE_ORDER } } },
      special: {
        edges: (pair) => {
          const list = pair?.value;
          if (list && isSeq(list) && !list.flow && definition.edges.length > 0 && before.edges.length > 0) {
            const mark = patch.mark();
            try {
              patchEdges(
                patch,
                list as YAMLSeq<Node>,
                { edges: before.edges, origins: built.origins },
                definition.edges,
              );
              return true;
            } catch (thrown) {
              if (!(thrown instanceof GiveUp)) throw thrown;
              patch.rollback(mark);
            }
          }
          const items = edgeItems(definition.edges);
          const lines = items.map((item) => `- ${inline(item)}`).join("\n");
          if (pair) patch.replaceValue(pair, items, items.length > 0 ? lines : undefined);
          else
            patch.insertPair(map, lastBefore(map, "edges"), "edges", items, `edges:\n${indented(lines, 2)}`);
          return true;
        },
      },
    });
    return patch.result();
  } catch (thrown) {
    if (thrown instanceof GiveUp) return undefined;
    throw thrown;
  }
}

function lastBefore(map: YAMLMap<Node, Node | null>, key: string): number {
  const order: readonly string[] = TOP_ORDER;
  const rank = order.indexOf(key);
  return map.items.findLastIndex((pair) => {
    const at = order.indexOf(String((pair.key as { value?: unknown }).value));
    return at >= 0 && at < rank;
  });
}

function says(text: string, definition: PipelineDefinition): boolean {
  try {
    const tree = treeOf(parseYaml(text));
    return tree !== undefined && jsonEqual(build(tree)?.definition, definition);
  } catch (thrown) {
    if (thrown instanceof SourceError) return false;
    throw thrown;
  }
}

/** The comments at the top of the old text, which no edit could have meant to lose. */
function withHead(source: string, canonical: string): string {
  const head = /^(?:[ \t]*(?:#[^\n]*)?\r?\n)+/.exec(source)?.[0] ?? "";
  return head + canonical;
}
