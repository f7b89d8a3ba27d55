/** Server-side apply: never a lock, and it resurrects. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { keyOf } from "../../../kube/resource.ts";
import {
  applied,
  type Case,
  expect,
  live,
  made,
  MANAGER,
  Namespace,
  Pod,
  pod,
  Subnet,
  subnet,
} from "../world.ts";

export const applying: readonly Case[] = [
  {
    name: "applying to an absent object creates it",
    async run(world) {
      expect(await applied(world, Subnet, subnet(world)), 201);
    },
  },
  {
    name: "applying with a uid to an absent object is a conflict",
    async run(world) {
      const { metadata, spec } = subnet(world);
      const answer = await applied(world, Subnet, { metadata: { ...metadata, uid: "u-1" }, spec });
      expect(answer, { status: 409, reason: "Conflict", outcome: "gone" });
    },
  },
  {
    name: "applying with a resourceVersion alone to an absent object creates it",
    async run(world) {
      const { metadata, spec } = subnet(world);
      expect(await applied(world, Subnet, { metadata: { ...metadata, resourceVersion: "1" }, spec }), 201);
    },
  },
  {
    name: "applying with another uid is invalid",
    async run(world) {
      const { metadata } = await made(world, Subnet, subnet(world));
      const answer = await applied(world, Subnet, {
        metadata: { name: metadata.name, uid: "u-1" },
        spec: { mtu: 1400 },
      });
      expect(answer, { status: 422, reason: "Invalid", outcome: "gone" });
    },
  },
  {
    name: "applying with a stale resourceVersion is a conflict",
    async run(world) {
      const { metadata: { name, resourceVersion } } = await made(world, Subnet, subnet(world));
      expect(await applied(world, Subnet, { metadata: { name }, spec: { mtu: 1400 } }), 200);
      const answer = await applied(world, Subnet, {
        metadata: { name, resourceVersion },
        spec: { mtu: 1500 },
      });
      expect(answer, { status: 409, reason: "Conflict", outcome: "conflict" });
    },
  },
  {
    name: "applying the same again keeps the version",
    async run(world) {
      const { metadata: { name } } = await made(world, Subnet, subnet(world));
      const once = expect(await applied(world, Subnet, { metadata: { name }, spec: { mtu: 1400 } }), 200);
      const twice = expect(await applied(world, Subnet, { metadata: { name }, spec: { mtu: 1400 } }), 200);
      assertEquals(twice.metadata.resourceVersion, once.metadata.resourceVersion);
    },
  },
  {
    name: "applying what is there already, as somebody else, is a write",
    async run(world) {
      const { metadata: { name } } = await made(world, Subnet, subnet(world));
      const once = expect(
        await applied(world, Subnet, { metadata: { name }, spec: { mtu: 1400 }, manager: "a" }),
        200,
      );
      const twice = expect(
        await applied(world, Subnet, { metadata: { name }, spec: { mtu: 1400 }, manager: "b" }),
        200,
      );
      assertEquals(twice.metadata.resourceVersion === once.metadata.resourceVersion, false);
      assertEquals(twice.metadata.generation, once.metadata.generation);
    },
  },
  {
    name: "annotations applied to an absent pod are invalid, to an absent namespace they create it",
    async run(world) {
      const { namespace } = world;
      const annotations = { a: "b" };
      expect(await applied(world, Pod, { metadata: { name: "p", namespace, annotations } }), 422);
      expect(await applied(world, Namespace, { metadata: { name: `${namespace}-x`, annotations } }), 201);
    },
  },
  {
    name: "a field of somebody else is refused without force, and the message names him",
    async run(world) {
      const { metadata: { name } } = await made(world, Subnet, subnet(world));
      expect(
        await applied(world, Subnet, { metadata: { name }, spec: { mtu: 1400 }, manager: "first" }),
        200,
      );
      const second = { metadata: { name }, spec: { mtu: 1500 }, manager: "second" };
      const answer = await applied(world, Subnet, { ...second, force: false });
      expect(answer, { status: 409, reason: "Conflict", outcome: "conflict" });
      assertStringIncludes(answer.message, 'conflict with "first": .spec.mtu');
      const forced = expect(await applied(world, Subnet, second), 200);
      assertEquals(forced.spec.mtu, 1500);
      assertEquals(owners(forced, "f:mtu"), ["second"]);
    },
  },
  {
    name: "what a manager stops applying goes, unless somebody else has it too",
    async run(world) {
      const { metadata: { name } } = await made(world, Subnet, subnet(world));
      const spec = { mtu: 1400, gateway: "10.0.0.1" };
      expect(await applied(world, Subnet, { metadata: { name }, spec, manager: "a" }), 200);
      expect(await applied(world, Subnet, { metadata: { name }, spec: { mtu: 1400 }, manager: "b" }), 200);
      const left = expect(await applied(world, Subnet, { metadata: { name }, spec: {}, manager: "a" }), 200);
      assertEquals([left.spec.mtu, left.spec.gateway, left.spec.cidrBlock], [1400, undefined, "10.0.0.0/24"]);
    },
  },
  {
    name: "annotations of several managers live side by side",
    async run(world) {
      const { namespace } = world;
      await made(world, Pod, pod(world, "p", { annotations: { user: "1" } }));
      const of = (annotations: Record<string, string>, manager: string) =>
        applied(world, Pod, { metadata: { name: "p", namespace, annotations }, manager });
      expect(await of({ a: "1" }, "a"), 200);
      expect(await of({ b: "1" }, "b"), 200);
      const answer = expect(await of({ a2: "1" }, "a"), 200);
      assertEquals(answer.metadata.annotations, { user: "1", b: "1", a2: "1" });
    },
  },
  {
    name: "a field that the schema does not know is an internal error",
    async run(world) {
      const { metadata: { name } } = await made(world, Subnet, subnet(world));
      const answer = await applied(world, Subnet, { metadata: { name }, oops: { a: 1 } });
      expect(answer, { status: 500, outcome: "invalid" });
      assertStringIncludes(answer.message, "failed to create typed patch object");
      assertStringIncludes(answer.message, ".oops: field not declared in schema");
    },
  },
  {
    name: "a map that had entries cannot be applied empty: it comes out as null, which is invalid",
    async run(world) {
      const { metadata } = subnet(world);
      expect(
        await applied(world, Subnet, { metadata, spec: { u2oFeatures: { overlayOnlyRouting: true } } }),
        201,
      );
      const answer = await applied(world, Subnet, { metadata, spec: { u2oFeatures: {} } });
      expect(answer, { status: 422, reason: "Invalid", outcome: "invalid" });
    },
  },
  {
    name: "conditions are merged by type",
    async run(world) {
      const { metadata: { name } } = await made(world, Subnet, subnet(world));
      const of = (type: string, status: string) =>
        applied(world, Subnet, {
          metadata: { name },
          status: { conditions: [{ type, status }] },
          manager: type,
          subresource: "status",
        });
      expect(await of("Ready", "False"), 200);
      expect(await of("Validated", "True"), 200);
      const { status } = expect(await of("Ready", "True"), 200);
      assertEquals(status.conditions, [{ type: "Ready", status: "True" }, {
        type: "Validated",
        status: "True",
      }]);
    },
  },
  {
    name: "a manager without any field left disappears",
    async run(world) {
      const object = await made(world, Subnet, subnet(world));
      const { name } = object.metadata;
      expect(await applied(world, Subnet, { metadata: { name, labels: { a: "b" } }, manager: "a" }), 200);
      const left = expect(await applied(world, Subnet, { metadata: { name }, manager: "a" }), 200);
      assertEquals(left.metadata.labels, undefined);
      assertEquals(left.metadata.managedFields.map(({ manager }: { manager: string }) => manager), [MANAGER]);
    },
  },
  {
    name: "a patch takes the fields it changes from who applied them",
    async run(world) {
      const object = await made(world, Subnet, subnet(world));
      const { name } = object.metadata;
      expect(
        await applied(world, Subnet, { metadata: { name }, spec: { mtu: 1400, vlan: "v" }, manager: "a" }),
        200,
      );
      const body = { spec: { mtu: 1500 } };
      expect(
        await world.client.send({ verb: "merge", resource: Subnet, key: keyOf(object), body, manager: "b" }),
        200,
      );
      const now = await live(world, Subnet, object);
      assertEquals([owners(now, "f:mtu"), owners(now, "f:vlan")], [["b"], ["a"]]);
    },
  },
];

/** Managers of a field of spec. */
function owners(object: { metadata: { managedFields: Managed[] } }, field: string): string[] {
  return object.metadata.managedFields
    .filter(({ fieldsV1 }) => fieldsV1["f:spec"]?.[field] !== undefined)
    .map(({ manager }) => manager);
}

interface Managed {
  readonly manager: string;
  readonly fieldsV1: Record<string, Record<string, unknown>>;
}
