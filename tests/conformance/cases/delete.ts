/** DELETE, finalizers and what holds while an object is going. */
import { assertEquals, assertExists } from "@std/assert";
import { keyOf } from "../../../kube/resource.ts";
import {
  applied,
  type Case,
  expect,
  isGone,
  live,
  made,
  MANAGER,
  Namespace,
  Pod,
  pod,
  Subnet,
  subnet,
  type World,
} from "../world.ts";

const HOLD = "example.com/hold";

/** A Subnet with this finalizer that is being deleted. */
async function going(world: World, ...finalizers: string[]) {
  const object = await made(world, Subnet, subnet(world, { finalizers }));
  expect(await world.client.send({ verb: "delete", resource: Subnet, key: keyOf(object) }), 200);
  return await live(world, Subnet, object);
}

export const deleting: readonly Case[] = [
  {
    name: "deleting under another uid or version is a conflict",
    async run(world) {
      const object = await made(world, Subnet, subnet(world));
      const remove = { verb: "delete", resource: Subnet, key: keyOf(object) } as const;
      expect(await world.client.send({ ...remove, uid: "u-1" }), { status: 409, outcome: "gone" });
      expect(await world.client.send({ ...remove, resourceVersion: "1" }), {
        status: 409,
        outcome: "conflict",
      });
      const { uid, resourceVersion } = object.metadata;
      expect(await world.client.send({ ...remove, uid, resourceVersion }), 200);
      await isGone(world, Subnet, object);
    },
  },
  {
    name: "deleting what is not there",
    async run({ client, namespace }) {
      const answer = await client.send({ verb: "delete", resource: Subnet, key: `${namespace}-none` });
      expect(answer, { status: 404, reason: "NotFound", outcome: "gone" });
    },
  },
  {
    name: "a finalizer holds: deletionTimestamp, no grace, one generation more",
    async run(world) {
      const { metadata } = await going(world, HOLD);
      assertExists(metadata.deletionTimestamp);
      assertEquals([metadata.deletionGracePeriodSeconds, metadata.generation], [0, 2]);
    },
  },
  {
    name: "deleting twice changes nothing the second time",
    async run(world) {
      const object = await going(world, HOLD);
      expect(await world.client.send({ verb: "delete", resource: Subnet, key: keyOf(object) }), 200);
      const { metadata } = await live(world, Subnet, object);
      assertEquals(metadata.resourceVersion, object.metadata.resourceVersion);
    },
  },
  {
    name: "no new finalizer once it is going",
    async run(world) {
      const object = await going(world, HOLD);
      const body = { metadata: { finalizers: [HOLD, "example.com/new"] } };
      const answer = await world.client.send({
        verb: "merge",
        resource: Subnet,
        key: keyOf(object),
        body,
        manager: MANAGER,
      });
      expect(answer, { status: 422, reason: "Invalid", outcome: "invalid" });
    },
  },
  {
    name: "a spec may still change while it is going",
    async run(world) {
      const { metadata: { name, uid } } = await going(world, HOLD);
      const changed = expect(
        await applied(world, Subnet, { metadata: { name, uid }, spec: { mtu: 1400 } }),
        200,
      );
      assertEquals([changed.spec.mtu, changed.metadata.generation], [1400, 3]);
    },
  },
  {
    name: "with the last finalizer the object goes, and the answer is 200",
    async run(world) {
      const object = await going(world, HOLD);
      const answer = await world.client.send({
        verb: "patch",
        resource: Subnet,
        key: keyOf(object),
        steps: [
          { op: "test", path: "/metadata/finalizers/0", value: HOLD },
          { op: "remove", path: "/metadata/finalizers/0" },
        ],
        manager: MANAGER,
      });
      expect(answer, { status: 200, outcome: "ok" });
      await isGone(world, Subnet, object);
    },
  },
  {
    name: "dropping an applied finalizer leaves those of others",
    async run(world) {
      const { metadata: { name } } = await made(world, Subnet, subnet(world, { finalizers: [HOLD] }));
      const ours = { metadata: { name, finalizers: ["example.com/ours"] }, manager: "hold" };
      const both = expect(await applied(world, Subnet, ours), 200);
      assertEquals([...both.metadata.finalizers].sort(), [HOLD, "example.com/ours"]);
      const left = expect(await applied(world, Subnet, { metadata: { name }, manager: "hold" }), 200);
      assertEquals(left.metadata.finalizers, [HOLD]);
    },
  },
  {
    name: "dropping an applied finalizer that somebody else owns too leaves it",
    async run(world) {
      const { metadata: { name } } = await made(world, Subnet, subnet(world, { finalizers: [HOLD] }));
      expect(await applied(world, Subnet, { metadata: { name, finalizers: [HOLD] }, manager: "hold" }), 200);
      const left = expect(await applied(world, Subnet, { metadata: { name }, manager: "hold" }), 200);
      assertEquals(left.metadata.finalizers, [HOLD]);
    },
  },
  {
    name: "a failed test of a JSON patch is 422 and names no object",
    async run(world) {
      const object = await made(world, Subnet, subnet(world));
      const answer = await world.client.send({
        verb: "patch",
        resource: Subnet,
        key: keyOf(object),
        steps: [{ op: "test", path: "/metadata/finalizers/0", value: HOLD }],
        manager: MANAGER,
      });
      expect(answer, { status: 422, outcome: "conflict" });
    },
  },
  {
    name:
      "a JSON patch that tests the version from before another write is a conflict, one that tests this version is none",
    async run(world) {
      const object = await going(world, HOLD), key = keyOf(object);
      const patch = (version: string) =>
        world.client.send({
          verb: "patch",
          resource: Subnet,
          key,
          steps: [
            { op: "test", path: "/metadata/resourceVersion", value: version },
            { op: "remove", path: "/metadata/finalizers/0" },
          ],
          manager: MANAGER,
        });
      const annotations = { "example.org/a": "b" };
      const written = await world.client.send({
        verb: "merge",
        resource: Subnet,
        key,
        body: { metadata: { annotations } },
        manager: MANAGER,
      });
      expect(await patch(object.metadata.resourceVersion), { status: 422, outcome: "conflict" });
      expect(await patch(written.object!.metadata.resourceVersion), { status: 200, outcome: "ok" });
      await isGone(world, Subnet, object);
    },
  },
  {
    name: "an unscheduled pod goes at once",
    async run(world) {
      const object = await made(world, Pod, pod(world));
      expect(await world.client.send({ verb: "delete", resource: Pod, key: keyOf(object) }), 200);
      await isGone(world, Pod, object);
    },
  },
  {
    name: "a scheduled pod waits for its kubelet, or for force",
    async run(world) {
      const { metadata, spec } = pod(world);
      const object = await made(world, Pod, { metadata, spec: { ...spec, nodeName: "node-a" } });
      const remove = { verb: "delete", resource: Pod, key: keyOf(object) } as const;
      expect(await world.client.send(remove), 200);
      const waiting = await live(world, Pod, object);
      assertEquals([waiting.metadata.deletionGracePeriodSeconds, waiting.metadata.generation], [30, 2]);
      expect(await world.client.send(remove), 200);
      assertEquals(
        (await live(world, Pod, object)).metadata.resourceVersion,
        waiting.metadata.resourceVersion,
      );
      expect(await world.client.send({ ...remove, gracePeriodSeconds: 0 }), 200);
      await isGone(world, Pod, object);
    },
  },
  {
    name: "an eviction is a delete",
    async run(world) {
      const object = await made(world, Pod, pod(world));
      const { name, namespace } = object.metadata;
      const answer = await world.client.send({
        verb: "create",
        resource: Pod,
        subresource: "eviction",
        body: { apiVersion: "policy/v1", kind: "Eviction", metadata: { name, namespace } },
        manager: MANAGER,
      });
      expect(answer, { status: 201, outcome: "ok" });
      await isGone(world, Pod, object);
    },
  },
  {
    name: "the default namespace stays",
    async run({ client }) {
      const answer = await client.send({ verb: "delete", resource: Namespace, key: "default" });
      expect(answer, { status: 403, reason: "Forbidden", outcome: "denied" });
    },
  },
];
