/** What is kept of a NetworkAttachmentDefinition. */
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { trimNetwork } from "../../crds/cni_config.ts";
import type { Json } from "../../kube/api.ts";

const metadata = { name: "net1", namespace: "app", uid: "u", resourceVersion: "1", labels: { a: "b" } };
const trimmed = (spec: Json) =>
  trimNetwork({ apiVersion: "k8s.cni.cncf.io/v1", kind: "NetworkAttachmentDefinition", metadata, spec });
const read = (config: Json) =>
  trimmed({ config: typeof config === "string" ? config : JSON.stringify(config) }).spec;

Deno.test("a network of type kube-ovn has the provider of its name, or that of its configuration", () => {
  assertEquals(read({ type: "kube-ovn" }), { provider: "net1.app.ovn" });
  assertEquals(read({ type: "kube-ovn", provider: "" }), { provider: "net1.app.ovn" });
  assertEquals(read({ type: "kube-ovn", provider: "other.ns.ovn" }), { provider: "other.ns.ovn" });
  assertEquals(read({ plugins: [{ type: "tuning" }, { type: "kube-ovn" }] }), { provider: "net1.app.ovn" });
});

Deno.test("a network of another plugin that asks us for addresses has one without .ovn", () => {
  assertEquals(read({ type: "macvlan", ipam: { type: "kube-ovn" } }), { provider: "net1.app" });
  assertEquals(read({ type: "macvlan", ipam: { type: "kube-ovn", provider: "mv.x" } }), { provider: "mv.x" });
  assertEquals(read({ plugins: [{ type: "ipvlan", ipam: { type: "kube-ovn" } }] }), { provider: "net1.app" });
});

Deno.test("a network that is none of ours has none", () => {
  for (
    const config of ["", " ", "null", "7", "[]", "{}", { type: "bridge" }, {
      plugins: [null, 7, { ipam: "x" }],
    }]
  ) {
    assertEquals(read(config), {}, JSON.stringify(config));
  }
  assertEquals([trimmed(undefined).spec, trimmed({}).spec, trimmed({ config: 7 }).spec], [{}, {}, {}]);
});

Deno.test("a configuration that cannot be read says why", () => {
  assertEquals(read("{"), { problem: "spec.config is not JSON" });
  assertEquals(read({ type: "kube-ovn", provider: 7 }), { problem: "spec.config: provider is no text" });
  for (const provider of ["A", "a/b", "a..b", "-", "a".repeat(250)]) {
    assertEquals(
      read({ type: "kube-ovn", provider }).problem?.endsWith(" cannot stand before .kubernetes.io/"),
      true,
    );
  }
});

Deno.test("any configuration is read, and nothing else of the object is kept", () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (config) => {
    const { metadata, spec } = trimmed({ config });
    return !("labels" in metadata) &&
      Object.keys(spec).every((key) => key === "provider" || key === "problem");
  }));
});
