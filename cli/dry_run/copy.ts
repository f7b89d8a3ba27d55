/** A copy of a cluster, to rehearse on. */
import type { Client, Json } from "../../kube/api.ts";
import { ConfigError } from "../../kube/config/field.ts";
import { keyOf } from "../../kube/resource.ts";
import { definitions } from "../../crds/mod.ts";
import type { Kind, Obj } from "../../reconcile/kind.ts";
import { runtimeEnv } from "../../runtime/env.ts";
import { SandboxClient } from "../../sandbox/client.ts";
import { definitionOf, foreignDefinitions } from "../../sandbox/foreign.ts";
import { ApiServer, type ApiServerOptions } from "../../sandbox/server.ts";
import { controllersOf } from "../../sandbox/workloads.ts";
import { applyAll, readManifests } from "../manifests.ts";

/** Of all objects of these kinds, as they are: with their uids and their status. @throws ConfigError when one cannot be read */
export async function copyOf(client: Client, kinds: readonly Kind[]): Promise<ApiServer> {
  const found: [Kind, readonly Obj[]][] = [];
  for (const kind of kinds) found.push([kind, await itemsOf(client, kind)]);
  const guests = found.flatMap(([kind, items]) =>
    kind.optional && items.length > 0 ? [definitionOf(kind)] : []
  );
  const server = emptyServer({ namespaces: [], definitions: [...definitions, ...guests] });
  for (const [kind, items] of found) {
    for (const item of items) {
      const served = server.kindOf(kind);
      const object = { ...item, metadata: { ...item.metadata, managedFields: undefined } } as Json;
      server.store.put(served, keyOf(item), { object, managers: [] });
    }
  }
  return server;
}

async function itemsOf(client: Client, kind: Kind): Promise<readonly Obj[]> {
  const all: Obj[] = [];
  for (const namespace of kind.namespaces ?? [undefined]) {
    const place = namespace === undefined ? {} : { namespace };
    const { outcome, status, items = [], message } = await client.send({
      verb: "list",
      resource: kind,
      ...place,
    });
    if (status === 404 && kind.optional) return [];
    if (outcome !== "ok") throw new ConfigError(`${kind.plural} cannot be read: ${message}`);
    all.push(...items);
  }
  return all;
}

/** A new cluster with what the files describe, and the pods that its controllers make of it. */
export async function clusterOf(files: readonly string[]): Promise<ApiServer> {
  const server = emptyServer();
  using controllers = controllersOf(server);
  const client = new SandboxClient(server), resources = [...server.kinds()];
  const objects = (await Promise.all(files.map(readManifests))).flat();
  // Whoever lists the files in another order means the same.
  const first = objects.filter(({ kind }) => kind === "Namespace");
  const rest = objects.filter(({ kind }) => kind !== "Namespace");
  await applyAll(client, [...first, ...rest], { resources, manager: "kubectl" });
  controllers.settle();
  return server;
}

function emptyServer(options: Partial<ApiServerOptions> = {}): ApiServer {
  const env = runtimeEnv();
  return new ApiServer({
    now: () => env.wall(),
    uid: () => crypto.randomUUID(),
    definitions: [...definitions, ...foreignDefinitions],
    ...options,
  });
}
