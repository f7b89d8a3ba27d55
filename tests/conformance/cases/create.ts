/** POST: the only lock there is. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  type Case,
  Claim,
  ConfigMap,
  expect,
  made,
  MANAGER,
  Namespace,
  Pod,
  pod,
  Subnet,
  subnet,
} from "../world.ts";

export const creating: readonly Case[] = [
  {
    name: "creating what exists is a conflict",
    async run(world) {
      const object = await made(world, Subnet, subnet(world));
      const again = await world.client.send({
        verb: "create",
        resource: Subnet,
        body: object,
        manager: MANAGER,
      });
      // A body with a resourceVersion is refused before it is compared with anything.
      expect(again, 500);
      const fresh = await world.client.send({
        verb: "create",
        resource: Subnet,
        body: { apiVersion: Subnet.apiVersion, kind: Subnet.kind, ...subnet(world) },
        manager: MANAGER,
      });
      expect(fresh, { status: 409, reason: "AlreadyExists", outcome: "conflict" });
    },
  },
  {
    name: "creating what is being deleted says so",
    async run(world) {
      await made(world, Subnet, subnet(world, { finalizers: ["example.com/hold"] }));
      await world.client.send({ verb: "delete", resource: Subnet, key: `${world.namespace}-s` });
      const again = await world.client.send({
        verb: "create",
        resource: Subnet,
        body: { apiVersion: Subnet.apiVersion, kind: Subnet.kind, ...subnet(world) },
        manager: MANAGER,
      });
      expect(again, { status: 409, reason: "AlreadyExists", outcome: "conflict" });
      assertStringIncludes(again.message, "object is being deleted: ");
    },
  },
  {
    name: "a new object gets uid, version, time and generation; what its body says of them is ignored",
    async run(world) {
      const { metadata, spec } = subnet(world);
      const given = { uid: "mine", generation: 7, creationTimestamp: "2001-01-01T00:00:00Z" };
      const made_ = await made(world, Subnet, {
        metadata: { ...metadata, ...given, deletionTimestamp: "2001-01-01T00:00:00Z" },
        spec,
      });
      assertEquals(made_.metadata.uid === "mine", false);
      assertEquals(made_.metadata.generation, 1);
      assertEquals(made_.metadata.creationTimestamp.startsWith("2001"), false);
      assertEquals(made_.metadata.deletionTimestamp, undefined);
    },
  },
  {
    name: "kinds without generation have none",
    async run(world) {
      const { namespace } = world;
      const object = await made(world, ConfigMap, { metadata: { name: "c", namespace }, data: { a: "b" } });
      assertEquals(object.metadata.generation, undefined);
    },
  },
  {
    name: "nothing is created in a namespace that is not there",
    async run(world) {
      const { metadata, spec } = pod(world);
      const answer = await world.client.send({
        verb: "create",
        resource: Pod,
        body: {
          apiVersion: "v1",
          kind: "Pod",
          metadata: { ...metadata, namespace: `${world.namespace}-not` },
          spec,
        },
        manager: MANAGER,
      });
      expect(answer, { status: 404, reason: "NotFound" });
      assertStringIncludes(answer.message, "namespaces");
    },
  },
  {
    name: "names are checked",
    async run({ client }) {
      const answer = await client.send({
        verb: "create",
        resource: Namespace,
        body: { apiVersion: "v1", kind: "Namespace", metadata: { name: "Upper_Case" } },
        manager: MANAGER,
      });
      expect(answer, { status: 422, reason: "Invalid", outcome: "invalid" });
    },
  },
  {
    name: "a name is made of generateName",
    async run(world) {
      const { namespace } = world;
      const object = await made(world, ConfigMap, { metadata: { generateName: "c-", namespace } });
      assertEquals(/^c-.{5}$/.test(object.metadata.name), true);
    },
  },
  {
    name: "a new custom object has no status, whatever its body says",
    async run(world) {
      const object = await made(world, Subnet, { ...subnet(world), status: { v4usingIPs: 3 } });
      assertEquals(object.status, undefined);
    },
  },
  {
    name: "a claim must be named after what it claims",
    async run({ client, namespace }) {
      const spec = {
        subnet: namespace,
        subnetUid: "u",
        address: "10.0.0.1",
        holder: { kind: "IP", name: "p.ns", uid: "h" },
      };
      const answer = await client.send({
        verb: "create",
        resource: Claim,
        body: {
          apiVersion: Claim.apiVersion,
          kind: Claim.kind,
          metadata: { name: `${namespace}.10.0.0.2` },
          spec,
        },
        manager: MANAGER,
      });
      expect(answer, { status: 422, reason: "Invalid", outcome: "invalid" });
      assertStringIncludes(answer.message, "metadata.name must be <subnet>");
    },
  },
];
