import { assert, assertEquals } from "@std/assert";
import { kinds } from "../../crds/mod.ts";
import { rolesOf, type Rule } from "../../tools/rbac.ts";

const { cluster: clusterRules, own: ownRules } = rolesOf();
const rules: readonly Rule[] = [...clusterRules, ...ownRules];
const verbsOf = (resource: string, within = rules): readonly string[] =>
  within.filter(({ resources }) => resources.includes(resource)).flatMap(({ verbs }) => verbs);

Deno.test("roles: no wildcard, no update, no deletecollection, no secret", () => {
  const words = rules.flatMap(({ apiGroups, resources, verbs }) => [...apiGroups, ...resources, ...verbs]);
  for (const word of ["*", "update", "deletecollection", "escalate", "bind", "impersonate", "secrets"]) {
    assert(!words.includes(word), word);
  }
});

Deno.test("roles: of what is not ours, pods, namespaces and nodes are annotated, and nothing in the cluster is created or deleted", () => {
  const written = clusterRules.filter(({ apiGroups: [group], verbs, resources }) =>
    !["kubeovn.io", "ipam.cadastre.internal"].includes(group!) && !resources.includes("events") &&
    verbs.some((verb) => !["get", "list", "watch"].includes(verb))
  );
  assertEquals(written.flatMap(({ resources }) => resources).sort(), ["namespaces", "nodes", "pods"]);
  assertEquals(new Set(written.flatMap(({ verbs }) => verbs)), new Set(["get", "list", "watch", "patch"]));
  for (const subresource of ["pods/exec", "pods/status", "pods/ephemeralcontainers", "nodes/proxy"]) {
    assertEquals(verbsOf(subresource), []);
  }
});

Deno.test("roles: every kind is read, and one without a status of its own is not granted one", () => {
  for (const kind of kinds) {
    assertEquals(verbsOf(kind.plural).slice(0, 3), ["get", "list", "watch"], kind.kind);
    if (!kind.statusSubresource) assertEquals(verbsOf(`${kind.plural}/status`), [], kind.kind);
  }
});

Deno.test("roles: only the register and what is seeded is created, only the register is deleted", () => {
  const cluster = (verb: string) =>
    clusterRules.filter(({ verbs, resources }) =>
      verbs.includes(verb as "create") && !resources.includes("events")
    )
      .flatMap(({ resources }) => resources);
  assertEquals(cluster("delete").sort(), ["addressclaims", "ips"]);
  assertEquals(cluster("create").sort(), ["addressclaims", "ips", "subnets", "vpcs"]);
});

Deno.test("roles: of all Leases only the operator's own is read and changed", () => {
  const named = ownRules.filter(({ resources }) => resources.includes("leases"));
  assertEquals(named.map(({ verbs, resourceNames = [] }) => [verbs, resourceNames]), [
    [["create"], []],
    [["get", "patch"], ["cadastre"]],
  ]);
});

Deno.test("roles: rule sets in ConfigMaps are written only where the operator is told to", () => {
  const written = (own: typeof rules) =>
    verbsOf("configmaps", own).filter((verb) => !["get", "list", "watch"].includes(verb));
  assertEquals(written(ownRules), []);
  assertEquals(written(rolesOf({ natDataPlane: "nftables" }).own), ["create", "patch", "delete"]);
});

Deno.test("roles: who may use what is asked only where namespaces are isolated, and nothing else is granted for it", () => {
  const isolating = rolesOf({ isolateNamespaces: true });
  const texts = (roles: readonly Rule[]) => new Set(roles.map((rule) => JSON.stringify(rule)));
  const more = texts(isolating.cluster).difference(texts(clusterRules));
  const asking = {
    apiGroups: ["authorization.k8s.io"],
    resources: ["subjectaccessreviews"],
    verbs: ["create"],
  };
  assertEquals([...more].map((text) => JSON.parse(text)), [asking]);
  assertEquals(verbsOf("subjectaccessreviews"), []);
  assertEquals(isolating.own, ownRules);
});
