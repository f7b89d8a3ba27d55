/** Namespaces and definitions that are going, and watches. */
import { assertEquals } from "@std/assert";
import type { WatchLine } from "../../../kube/api.ts";
import { keyOf, type Resource } from "../../../kube/resource.ts";
import { eventually } from "../../control_plane/eventually.ts";
import {
  applied,
  body,
  type Case,
  ConfigMap,
  Definition,
  expect,
  live,
  made,
  MANAGER,
  Namespace,
  Pod,
  Subnet,
  subnet,
  type World,
} from "../world.ts";

const HOLD = "example.com/hold";

export const ending: readonly Case[] = [
  {
    name: "a namespace that is going takes nothing new; what is in it may change",
    async run(world) {
      const { namespace } = world;
      const held = { name: "held", namespace, finalizers: [HOLD] };
      await made(world, ConfigMap, { metadata: held });
      expect(await world.client.send({ verb: "delete", resource: Namespace, key: namespace }), 200);
      const { metadata, status } = await live(world, Namespace, { metadata: { name: namespace } } as never);
      assertEquals([typeof metadata.deletionTimestamp, status.phase], ["string", "Terminating"]);
      const create = { verb: "create", resource: ConfigMap, manager: MANAGER } as const;
      const answer = await world.client.send({
        ...create,
        body: body(ConfigMap, { name: "new", namespace }),
      });
      expect(answer, { status: 403, reason: "Forbidden", outcome: "denied" });
      const annotations = { a: "b" };
      expect(await applied(world, ConfigMap, { metadata: { name: "held", namespace, annotations } }), 200);
      expect(
        await applied(world, Namespace, { metadata: { name: namespace, uid: metadata.uid, annotations } }),
        200,
      );
      const free = {
        verb: "merge",
        resource: ConfigMap,
        key: `${namespace}/held`,
        manager: MANAGER,
      } as const;
      expect(await world.client.send({ ...free, body: { metadata: { finalizers: null } } }), 200);
    },
  },
  {
    name: "a definition that is going takes no new objects; finalizers may be removed",
    async run(world) {
      const plural = `things${world.namespace.replaceAll("-", "")}`;
      const Thing: Resource = { apiVersion: "example.com/v1", kind: "Thing", plural, namespaced: false };
      await made(world, Definition, definition(plural));
      await served(world, Thing);
      const thing = await made(world, Thing, { metadata: { name: "held", finalizers: [HOLD] } });
      expect(
        await world.client.send({ verb: "delete", resource: Definition, key: `${plural}.example.com` }),
        200,
      );
      const create = {
        verb: "create",
        resource: Thing,
        body: body(Thing, { name: "new" }),
        manager: MANAGER,
      } as const;
      await eventually("it takes none", async () => (await world.client.send(create)).status === 403);
      const free = { verb: "merge", resource: Thing, key: keyOf(thing), manager: MANAGER } as const;
      expect(await world.client.send({ ...free, body: { metadata: { finalizers: [] } } }), 200);
    },
  },
];

export const watching: readonly Case[] = [
  {
    name: "a watch without a version starts with what there is, and says when that is over",
    async run(world) {
      const object = await made(world, Subnet, subnet(world));
      using stop = watchOf(world, Subnet);
      const lines = await taken(stop.lines, (line) => line.type === "BOOKMARK");
      const names = lines.flatMap((line) => line.type === "ADDED" ? [line.object.metadata.name] : []);
      assertEquals(names.includes(object.metadata.name), true);
      const last = lines.at(-1);
      assertEquals(last?.type === "BOOKMARK" && last.initialEventsEnd, true);
    },
  },
  {
    name: "a watch from a version tells everything after it, in order",
    async run(world) {
      const object = await made(world, Subnet, subnet(world, { finalizers: [HOLD] }));
      const { name, resourceVersion } = object.metadata;
      await applied(world, Subnet, { metadata: { name }, spec: { mtu: 1400 } });
      await world.client.send({ verb: "delete", resource: Subnet, key: name });
      const free = { metadata: { finalizers: null } };
      await world.client.send({ verb: "merge", resource: Subnet, key: name, body: free, manager: MANAGER });
      using stop = watchOf(world, Subnet, resourceVersion);
      const mine = (line: WatchLine) => "object" in line && line.object.metadata.name === name;
      const lines = await taken(stop.lines, (line) => mine(line) && line.type === "DELETED");
      assertEquals(lines.filter(mine).map(({ type }) => type), ["MODIFIED", "MODIFIED", "DELETED"]);
      const versions = lines.flatMap((line) =>
        "object" in line ? [Number(line.object.metadata.resourceVersion)] : []
      );
      assertEquals(versions, [...versions].sort((a, b) => a - b));
    },
  },
  {
    name: "an unscheduled pod is seen marked before it is seen deleted",
    async run(world) {
      const { namespace } = world;
      const object = await made(world, Pod, {
        metadata: { name: "p", namespace },
        spec: { containers: [{ name: "c", image: "img:1" }] },
      });
      await world.client.send({ verb: "delete", resource: Pod, key: keyOf(object) });
      using stop = watchOf(world, Pod, object.metadata.resourceVersion);
      const mine = (line: WatchLine) => "object" in line && keyOf(line.object) === keyOf(object);
      const lines = await taken(stop.lines, (line) => mine(line) && line.type === "DELETED");
      assertEquals(lines.filter(mine).map(({ type }) => type), ["MODIFIED", "DELETED"]);
    },
  },
  {
    name: "a watch from a forgotten version is told that it expired",
    async run(world) {
      const { metadata: { resourceVersion } } = await made(world, Subnet, subnet(world));
      await applied(world, Subnet, { metadata: subnet(world).metadata, spec: { mtu: 1400 } });
      await world.compact();
      using stop = watchOf(world, Subnet, resourceVersion);
      const [line] = await taken(stop.lines, () => true);
      assertEquals(line?.type === "ERROR" && [line.status, line.reason], [410, "Expired"]);
    },
  },
];

function definition(plural: string) {
  return {
    metadata: { name: `${plural}.example.com` },
    spec: {
      group: "example.com",
      scope: "Cluster",
      names: { plural, singular: plural.slice(0, -1), kind: "Thing", listKind: "ThingList" },
      versions: [{
        name: "v1",
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
      }],
    },
  };
}

/** Until a new kind is served. */
function served({ client }: World, resource: Resource): Promise<unknown> {
  const isServed = async () => (await client.send({ verb: "list", resource })).outcome === "ok";
  return eventually(`${resource.plural} are served`, isServed);
}

function watchOf({ client }: World, resource: Resource, resourceVersion?: string) {
  const stop = new AbortController();
  const from = resourceVersion === undefined ? {} : { resourceVersion };
  return {
    lines: client.watch(resource, { ...from, signal: stop.signal }),
    [Symbol.dispose]: () => stop.abort(),
  };
}

async function taken(
  lines: AsyncIterable<WatchLine>,
  isLast: (line: WatchLine) => boolean,
): Promise<WatchLine[]> {
  const all: WatchLine[] = [];
  for await (const line of lines) {
    all.push(line);
    if (isLast(line)) break;
  }
  return all;
}
