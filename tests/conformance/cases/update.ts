/** PUT and patches, status and the other subresources. */
import { assertEquals } from "@std/assert";
import { keyOf } from "../../../kube/resource.ts";
import {
  applied,
  body,
  type Case,
  Claim,
  claim,
  ConfigMap,
  expect,
  live,
  made,
  MANAGER,
  Pod,
  pod,
  Subnet,
  subnet,
} from "../world.ts";

export const updating: readonly Case[] = [
  {
    name: "replacing a custom object needs its version",
    async run(world) {
      const object = await made(world, Subnet, subnet(world));
      const { resourceVersion: _, ...metadata } = object.metadata;
      const put = { verb: "update", resource: Subnet, manager: MANAGER } as const;
      expect(await world.client.send({ ...put, body: { ...object, metadata } }), {
        status: 422,
        reason: "Invalid",
      });
      expect(
        await world.client.send({ ...put, body: { ...object, spec: { ...object.spec, mtu: 1400 } } }),
        200,
      );
      expect(await world.client.send({ ...put, body: { ...object, spec: { ...object.spec, mtu: 1500 } } }), {
        status: 409,
        outcome: "conflict",
      });
    },
  },
  {
    name: "replacing a built-in object needs no version",
    async run(world) {
      const { namespace } = world;
      await made(world, ConfigMap, { metadata: { name: "c", namespace }, data: { a: "1" } });
      const next = body(ConfigMap, { name: "c", namespace }, { data: { a: "2" } });
      const answer = await world.client.send({
        verb: "update",
        resource: ConfigMap,
        body: next,
        manager: MANAGER,
      });
      assertEquals(expect(answer, 200).data, { a: "2" });
    },
  },
  {
    name: "replacing under another uid is a conflict about it",
    async run(world) {
      const object = await made(world, Subnet, subnet(world));
      const other = { ...object, metadata: { ...object.metadata, uid: "u-1" } };
      const answer = await world.client.send({
        verb: "update",
        resource: Subnet,
        body: other,
        manager: MANAGER,
      });
      expect(answer, { status: 409, reason: "Conflict", outcome: "gone" });
    },
  },
  {
    name: "changing nothing keeps the version",
    async run(world) {
      const object = await made(world, Subnet, subnet(world));
      const { resourceVersion } = object.metadata;
      const put = await world.client.send({
        verb: "update",
        resource: Subnet,
        body: object,
        manager: "other",
      });
      assertEquals(expect(put, 200).metadata.resourceVersion, resourceVersion);
      const merge = {
        verb: "merge",
        resource: Subnet,
        key: keyOf(object),
        body: { spec: {} },
        manager: "other",
      } as const;
      assertEquals(expect(await world.client.send(merge), 200).metadata.resourceVersion, resourceVersion);
    },
  },
  {
    name: "generation counts changes of the spec, not of metadata or status",
    async run(world) {
      const { metadata: { name } } = await made(world, Subnet, subnet(world));
      const of = async (more: object) =>
        expect(await applied(world, Subnet, { metadata: { name }, ...more }), 200);
      assertEquals(
        (await of({ metadata: { name, labels: { a: "b" } }, manager: "l" })).metadata.generation,
        1,
      );
      assertEquals((await of({ status: { v4usingIPs: 1 }, subresource: "status" })).metadata.generation, 1);
      assertEquals((await of({ spec: { mtu: 1400 } })).metadata.generation, 2);
    },
  },
  {
    name: "the main resource does not touch the status",
    async run(world) {
      const object = await made(world, Subnet, subnet(world));
      const { name } = object.metadata;
      expect(
        await applied(world, Subnet, {
          metadata: { name },
          status: { v4usingIPs: 1 },
          subresource: "status",
        }),
        200,
      );
      const merge = { verb: "merge", resource: Subnet, key: name, manager: MANAGER } as const;
      expect(
        await world.client.send({ ...merge, body: { status: { v4usingIPs: 9 }, spec: { mtu: 1400 } } }),
        200,
      );
      const { spec, status } = await live(world, Subnet, object);
      assertEquals([spec.mtu, status.v4usingIPs], [1400, 1]);
    },
  },
  {
    name: "the status of a custom object is all that its status resource changes",
    async run(world) {
      const object = await made(world, Subnet, subnet(world));
      const { name } = object.metadata;
      const changed = expect(
        await applied(world, Subnet, {
          metadata: { name, annotations: { a: "b" } },
          spec: { mtu: 1400 },
          status: { v4usingIPs: 1 },
          subresource: "status",
        }),
        200,
      );
      assertEquals([changed.metadata.annotations, changed.spec.mtu, changed.status.v4usingIPs], [
        undefined,
        undefined,
        1,
      ]);
    },
  },
  {
    name: "applying a status: absent object, wrong uid, stale version",
    async run(world) {
      const status = { v4usingIPs: 1 };
      const of = (metadata: Record<string, string>, v4usingIPs = 1) =>
        applied(world, Subnet, { metadata, status: { ...status, v4usingIPs }, subresource: "status" });
      const { name } = subnet(world).metadata;
      expect(await of({ name }), { status: 404, outcome: "gone" });
      const { metadata: { resourceVersion } } = await made(world, Subnet, subnet(world));
      expect(await of({ name, uid: "u-1" }), 200);
      expect(await of({ name, resourceVersion }, 2), { status: 409, outcome: "conflict" });
    },
  },
  {
    name: "the status of a pod takes annotations with it",
    async run(world) {
      const object = await made(world, Pod, pod(world));
      const merge = {
        verb: "merge",
        resource: Pod,
        key: keyOf(object),
        subresource: "status",
        manager: MANAGER,
      } as const;
      const body = {
        metadata: { annotations: { a: "b" } },
        status: { phase: "Running" },
        spec: { nodeName: "n" },
      };
      const { metadata, status, spec } = expect(await world.client.send({ ...merge, body }), 200);
      assertEquals([metadata.annotations, status.phase, spec.nodeName], [{ a: "b" }, "Running", undefined]);
    },
  },
  {
    name: "a binding gives a pod its node and its annotations, once",
    async run(world) {
      const object = await made(world, Pod, pod(world, "p", { annotations: { a: "1", b: "1" } }));
      const { name, namespace } = object.metadata;
      const bind = {
        verb: "create",
        resource: Pod,
        subresource: "binding",
        body: {
          apiVersion: "v1",
          kind: "Binding",
          metadata: { name, namespace, annotations: { b: "2" } },
          target: { apiVersion: "v1", kind: "Node", name: "node-a" },
        },
        manager: MANAGER,
      } as const;
      expect(await world.client.send(bind), { status: 201, outcome: "ok" });
      const { metadata, spec } = await live(world, Pod, object);
      assertEquals([metadata.annotations, spec.nodeName], [{ a: "1", b: "2" }, "node-a"]);
      expect(await world.client.send(bind), { status: 409, outcome: "conflict" });
    },
  },
  {
    name: "the spec of a pod stays as it is",
    async run(world) {
      const object = await made(world, Pod, pod(world));
      const merge = { verb: "merge", resource: Pod, key: keyOf(object), manager: MANAGER } as const;
      expect(await world.client.send({ ...merge, body: { spec: { hostNetwork: true } } }), {
        status: 422,
        outcome: "invalid",
      });
    },
  },
  {
    name: "of a claim only the uid of its holder may change",
    async run(world) {
      const object = await made(world, Claim, claim(world));
      const merge = { verb: "merge", resource: Claim, key: keyOf(object), manager: MANAGER } as const;
      expect(await world.client.send({ ...merge, body: { spec: { holder: { uid: "h-2" } } } }), 200);
      for (
        const spec of [{ address: "10.0.0.6" }, { holder: { name: "q" } }, { ownerKey: "k" }, {
          subnetUid: "u-2",
        }]
      ) {
        expect(await world.client.send({ ...merge, body: { spec } }), { status: 422, outcome: "invalid" });
      }
    },
  },
  {
    name: "fields that the schema does not know are dropped, wrong ones refused, missing ones filled in",
    async run(world) {
      const { metadata, spec } = claim(world);
      const made_ = await made(world, Claim, { metadata, spec: { ...spec, oops: 1 }, oops: 2 });
      assertEquals([made_.spec.oops, made_.oops], [undefined, undefined]);
      const wrong = { ...claim(world), spec: { ...spec, address: 5 } };
      wrong.metadata.name += "0";
      const answer = await world.client.send({
        verb: "create",
        resource: Claim,
        body: body(Claim, wrong.metadata, { spec: wrong.spec }),
        manager: MANAGER,
      });
      expect(answer, { status: 422, reason: "Invalid" });
      const bare = await made(world, Subnet, { metadata: { name: `${world.namespace}-bare` } });
      assertEquals(bare.spec, {});
    },
  },
];
