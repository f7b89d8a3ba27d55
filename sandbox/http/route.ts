/**
 * What a path means.
 *
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-uris
 */

export interface ResourcePath {
  readonly apiVersion: string;
  readonly plural: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
}

/** `undefined` for a path that is not below `/api/v1/` or `/apis/<group>/<version>/`, or cannot be decoded. */
export function resourcePath(pathname: string): ResourcePath | undefined {
  const [root, ...parts] = segments(pathname);
  if (root === "api") return below(parts[0] ?? "", parts.slice(1));
  if (root === "apis") return below(`${parts[0]}/${parts[1]}`, parts.slice(2));
  return undefined;
}

export function segments(pathname: string): string[] {
  try {
    return pathname.split("/").filter((part) => part !== "").map(decodeURIComponent);
  } catch {
    return [];
  }
}

function below(apiVersion: string, parts: readonly string[]): ResourcePath | undefined {
  const [first, second, third] = parts;
  const isInside = first === "namespaces" && third !== undefined && third !== "status";
  const [plural, name, subresource, ...more] = isInside ? parts.slice(2) : parts;
  if (plural === undefined || more.length > 0) return undefined;
  return {
    apiVersion,
    plural,
    ...(isInside ? { namespace: second! } : {}),
    ...(name === undefined ? {} : { name }),
    ...(subresource === undefined ? {} : { subresource }),
  };
}
