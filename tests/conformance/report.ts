/** Tells a person how two servers differ. */
import { isDeepStrictEqual } from "node:util";
import { stringifyJson } from "../../kube/json.ts";
import type { Difference } from "./compare.ts";
import type { Operation } from "./operation.ts";

/** A shrunk difference: the operations, one a line, and below them what differs. */
export function describe({ history, where, sandbox, real }: Difference, seed: number): string {
  return [
    `seed ${seed}: ${where}`,
    ...history.map((operation, index) => `  ${String(index + 1).padStart(2)}. ${line(operation)}`),
    ...differences(sandbox, real).map(({ path, sandbox, real }) =>
      `  ${path || "/"}\n      sandbox  ${show(sandbox)}\n      real     ${show(real)}`
    ),
  ].join("\n");
}

/** What two differences have in common when one cause explains both, more or less. */
export function signature({ where, sandbox, real, history }: Difference): string {
  const paths = differences(sandbox, real).map(({ path }) => path).filter((path) => path !== "/message");
  const operation = history.at(-1);
  const what = where.startsWith("the events") ? "events" : `${operation?.verb} ${operation?.resource.kind}`;
  return `${what} ${paths.slice(0, 3).join(" ")}`;
}

function line({ verb, resource, ...rest }: Operation): string {
  return `${verb} ${resource.kind} ${JSON.stringify(rest)}`;
}

interface Leaf {
  /** JSON pointer. */
  readonly path: string;
  readonly sandbox: unknown;
  readonly real: unknown;
}

function differences(sandbox: unknown, real: unknown, path = ""): Leaf[] {
  if (isDeepStrictEqual(sandbox, real)) return [];
  if (!isComposite(sandbox) || !isComposite(real) || Array.isArray(sandbox) !== Array.isArray(real)) {
    return [{ path, sandbox, real }];
  }
  return [...new Set([...Object.keys(sandbox), ...Object.keys(real)])].flatMap((key) =>
    differences(sandbox[key], real[key], `${path}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`)
  );
}

function isComposite(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function show(value: unknown): string {
  return value === undefined ? "(absent)" : stringifyJson(value).slice(0, 300);
}
