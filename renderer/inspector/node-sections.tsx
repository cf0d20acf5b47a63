/** What every node has besides its activity's settings, in sections: open where something is set. */
import type { ReactNode } from "react";
import type { NodeDefinition } from "#contract/definition.ts";
import { useT } from "#renderer/i18n/i18n.ts";
import { BreakerField } from "./breaker-field.tsx";
import { FallbackField } from "./fallback-field.tsx";
import { NodesField } from "./nodes-field.tsx";
import { OwnField } from "./own-field.tsx";
import { NODE_FIELDS, SKIP_FIELDS } from "./own-schemas.ts";

type Props = { readonly id: string; readonly node: NodeDefinition };

export function NodeSections({ id, node }: Props): ReactNode {
  return (
    <>
      <FailureSection id={id} node={node} />
      <ItemsSection id={id} node={node} />
      <ResultsSection id={id} node={node} />
      <SkipSection id={id} node={node} />
    </>
  );
}

/** The node's own keys by name, each drawn from its schema. */
export function NodeFields({
  id,
  node,
  names,
}: Props & { readonly names: readonly (keyof typeof NODE_FIELDS)[] }): ReactNode {
  return names.map((name) => (
    <OwnField
      key={name}
      text={`node.${name}`}
      schema={NODE_FIELDS[name]}
      path={["nodes", id, name]}
      value={node[name]}
    />
  ));
}

function Section({
  title,
  isSet,
  path,
  children,
}: {
  readonly title: string;
  readonly isSet: boolean;
  readonly path?: string;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <details className="in-section" open={isSet}>
      <summary data-path={path}>{title}</summary>
      {children}
    </details>
  );
}

const some = (node: NodeDefinition, names: readonly (keyof NodeDefinition)[]): boolean =>
  names.some((name) => node[name] !== undefined);

function FailureSection({ id, node }: Props): ReactNode {
  const t = useT();
  const isSet = some(node, ["timeout", "retry", "failures", "fallback", "default", "breaker", "retrySafe"]);
  return (
    <Section title={t("inspector.section.failure")} isSet={isSet}>
      <NodeFields id={id} node={node} names={["timeout", "retry"]} />
      <FallbackField path={["nodes", id, "fallback"]} links={node.fallback ?? []} />
      <NodeFields id={id} node={node} names={["default", "failures"]} />
      <BreakerField path={["nodes", id, "breaker"]} breaker={node.breaker} />
      <NodeFields id={id} node={node} names={["retrySafe"]} />
    </Section>
  );
}

function ItemsSection({ id, node }: Props): ReactNode {
  const t = useT();
  const isSet = some(node, ["forEach", "maxConcurrent", "onItemError"]);
  return (
    <Section title={t("inspector.section.items")} isSet={isSet}>
      <NodeFields id={id} node={node} names={["forEach", "maxConcurrent", "onItemError"]} />
    </Section>
  );
}

function ResultsSection({ id, node }: Props): ReactNode {
  const t = useT();
  const isSet = some(node, ["cache", "pin", "pure", "speculate", "next"]);
  return (
    <Section title={t("inspector.section.results")} isSet={isSet}>
      <NodeFields id={id} node={node} names={["cache", "pin"]} />
      <NodesField id={id} name="next" chosen={node.next} />
      <NodesField id={id} name="speculate" chosen={node.speculate} />
      <NodeFields id={id} node={node} names={["pure"]} />
    </Section>
  );
}

function SkipSection({ id, node }: Props): ReactNode {
  const t = useT();
  const names = ["when", "reuse"] as const;
  return (
    <Section title={t("inspector.section.skip")} isSet={node.skip !== undefined} path={`nodes.${id}.skip`}>
      {names.map((name) => (
        <OwnField
          key={name}
          text={`skip.${name}`}
          schema={SKIP_FIELDS[name]}
          path={["nodes", id, "skip", name]}
          value={node.skip?.[name]}
        />
      ))}
    </Section>
  );
}
