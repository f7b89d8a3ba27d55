/** Objects in YAML files, and how to get them onto an API server. */
import { parseAllDocuments } from "yaml";
import type { Answer, Client, Json } from "../kube/api.ts";
import { ConfigError } from "../kube/config/field.ts";
import type { Resource } from "../kube/resource.ts";

/** @throws ConfigError that names the file and the line */
export async function readManifests(path: string | URL): Promise<Json[]> {
  const text = await Deno.readTextFile(path).catch((error) => {
    throw new ConfigError(`${path} cannot be read: ${error.message}`);
  });
  return parseAllDocuments(text).flatMap((document) => {
    const [error] = document.errors;
    if (error) throw new ConfigError(`${path}: ${error.message}`);
    const object = document.toJS();
    if (object === null) return [];
    return object.kind === "List" ? object.items : [object];
  });
}

export interface ApplyOptions {
  readonly resources: Iterable<Resource>;
  readonly manager: string;
}

/**
 * Applies objects on the server's side, in their order; what needs a namespace and names none goes to `default`.
 *
 * @throws ConfigError with what the server says about the first that it refuses
 */
export async function applyAll(
  client: Client,
  objects: readonly Json[],
  { resources, manager }: ApplyOptions,
): Promise<void> {
  const known = new Map([...resources].map((each) => [`${each.apiVersion} ${each.kind}`, each]));
  for (const object of objects) {
    const { apiVersion, kind, metadata } = object;
    const resource = known.get(`${apiVersion} ${kind}`);
    if (!resource) throw new ConfigError(`${apiVersion} ${kind} is not known here`);
    const namespace = resource.namespaced ? { namespace: metadata?.namespace ?? "default" } : {};
    const body = { ...object, metadata: { ...metadata, ...namespace } };
    const answer: Answer = await client.send({ verb: "apply", resource, body, manager, force: true });
    if (answer.outcome !== "ok") throw new ConfigError(`${kind} ${metadata?.name}: ${answer.message}`);
  }
}
