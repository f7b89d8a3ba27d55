/** What a conformance case may use: the same for the sandbox and for a real API server. */
import { assertEquals } from "@std/assert";
import type { Answer, Apply, Client, Json } from "../../kube/api.ts";
import { keyOf, type Obj, type Resource } from "../../kube/resource.ts";

export interface World {
  readonly client: Client;
  /** Of this case alone; there already. */
  readonly namespace: string;
  /** Makes everything up to now unreadable for watches. */
  compact(): Promise<void>;
}

/** One fact about an API server. It creates what it needs, under names that begin with its namespace's. */
export interface Case {
  readonly name: string;
  run(world: World): Promise<void>;
}

export const MANAGER = "conformance";

export const Subnet: Resource = {
  apiVersion: "kubeovn.io/v1",
  kind: "Subnet",
  plural: "subnets",
  namespaced: false,
};
export const Claim: Resource = {
  apiVersion: "ipam.cadastre.internal/v1",
  kind: "AddressClaim",
  plural: "addressclaims",
  namespaced: false,
};
export const Pod: Resource = { apiVersion: "v1", kind: "Pod", plural: "pods", namespaced: true };
export const Namespace: Resource = {
  apiVersion: "v1",
  kind: "Namespace",
  plural: "namespaces",
  namespaced: false,
};
export const ConfigMap: Resource = {
  apiVersion: "v1",
  kind: "ConfigMap",
  plural: "configmaps",
  namespaced: true,
};
export const Definition: Resource = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  plural: "customresourcedefinitions",
  namespaced: false,
};

export interface Expected {
  readonly status: number;
  readonly outcome?: Answer["outcome"];
  readonly reason?: string;
}

/** @returns the object of the answer, if it has one. */
export function expect(answer: Answer, expected: number | Expected): Json {
  const { status, outcome, reason } = typeof expected === "number" ? { status: expected } : expected;
  assertEquals(answer.status, status, `expected ${status}, got ${answer.status}: ${answer.message}`);
  if (outcome !== undefined) assertEquals(answer.outcome, outcome, answer.message);
  if (reason !== undefined) assertEquals(answer.reason, reason, answer.message);
  return answer.object;
}

export function body(resource: Resource, metadata: Json, rest: Json = {}): Json {
  return { apiVersion: resource.apiVersion, kind: resource.kind, metadata, ...rest };
}

/** Creates, and expects it to work. */
export async function made(
  { client }: World,
  resource: Resource,
  object: { metadata: Json; [field: string]: Json },
): Promise<Json> {
  const complete = { apiVersion: resource.apiVersion, kind: resource.kind, ...object };
  return expect(await client.send({ verb: "create", resource, body: complete, manager: MANAGER }), 201);
}

/** Server-side apply, forced, of a body that names the kind. */
export function applied(
  { client }: World,
  resource: Resource,
  { manager = MANAGER, force = true, subresource, ...object }:
    & { metadata: Json; [field: string]: Json }
    & Partial<Pick<Apply, "manager" | "force" | "subresource">>,
): Promise<Answer> {
  const complete = { apiVersion: resource.apiVersion, kind: resource.kind, ...object };
  const more = subresource ? { subresource } : {};
  return client.send({ verb: "apply", resource, body: complete, manager, force, ...more });
}

export async function live({ client }: World, resource: Resource, object: Obj): Promise<Json> {
  return expect(await client.send({ verb: "get", resource, key: keyOf(object) }), 200);
}

export async function isGone({ client }: World, resource: Resource, object: Obj): Promise<void> {
  expect(await client.send({ verb: "get", resource, key: keyOf(object) }), { status: 404, outcome: "gone" });
}

/** A Subnet of this case; further fields may be given. */
export function subnet(
  { namespace }: World,
  { finalizers, ...spec }: Json = {},
): { metadata: Json; spec: Json } {
  return {
    metadata: { name: `${namespace}-s`, ...(finalizers ? { finalizers } : {}) },
    spec: { cidrBlock: "10.0.0.0/24", ...spec },
  };
}

export function pod({ namespace }: World, name = "p", more: Json = {}): { metadata: Json; spec: Json } {
  return { metadata: { name, namespace, ...more }, spec: { containers: [{ name: "c", image: "img:1" }] } };
}

export function claim({ namespace }: World, more: Json = {}): { metadata: Json; spec: Json } {
  const subnet = `${namespace}-s`;
  return {
    metadata: { name: `${subnet}.10.0.0.5` },
    spec: {
      subnet,
      subnetUid: "u-1",
      address: "10.0.0.5",
      holder: { kind: "IP", name: "p.ns", uid: "h-1" },
      ...more,
    },
  };
}
