/**
 * The kubeconfig file format, as far as it leads to a server.
 *
 * @see {@link https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/}
 */
import { LineCounter, parseDocument } from "yaml";
import { ConfigError, Field } from "./field.ts";

/** What one or several files say. The entries are read only when they are used: a flaw in one leaves the others usable. */
export interface Kubeconfig {
  /** For messages. */
  readonly files: string;
  readonly currentContext: string | undefined;
  readonly contexts: ReadonlyMap<string, Field>;
  readonly clusters: ReadonlyMap<string, Field>;
  readonly users: ReadonlyMap<string, Field>;
}

/** @throws ConfigError when `text` is not YAML of the right shape */
export function parseKubeconfig(text: string, file: string): Kubeconfig {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const [error] = document.errors;
  if (error) {
    const { line, col } = lineCounter.linePos(error.pos[0]);
    throw new ConfigError(`${file}:${line}:${col}: not a kubeconfig: ${error.message}`);
  }
  const root = new Field(file, "", asValue(document, file));
  return {
    files: file,
    currentContext: root.at("current-context").text(),
    contexts: named(root.at("contexts"), "context"),
    clusters: named(root.at("clusters"), "cluster"),
    users: named(root.at("users"), "user"),
  };
}

/** The way kubectl does it: whoever says something first, says it. */
export function mergeKubeconfigs(all: readonly Kubeconfig[]): Kubeconfig {
  const firstOf = (of: "contexts" | "clusters" | "users") =>
    new Map(all.toReversed().flatMap((one) => [...one[of]]));
  return {
    files: all.map(({ files }) => files).join(", "),
    currentContext: all.map(({ currentContext }) => currentContext).find((name) => name !== undefined),
    contexts: firstOf("contexts"),
    clusters: firstOf("clusters"),
    users: firstOf("users"),
  };
}

function asValue(document: ReturnType<typeof parseDocument>, file: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    // Aliases that multiply without end.
    throw new ConfigError(`${file}: not a kubeconfig: ${(error as Error).message}`);
  }
}

function named(list: Field, of: string): Map<string, Field> {
  return new Map(list.items().map((entry) => [entry.at("name").required(), entry.at(of)]));
}
