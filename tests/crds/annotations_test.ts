import { assert, assertEquals } from "@std/assert";
import {
  DEFAULT_NETWORK,
  isOurs,
  isOutput,
  KEPT,
  MARK,
  namespaceKey,
  namespaceOutputs,
  NETWORKS,
  nodeKey,
  nodeOutputs,
  OWNER_KEY,
  OWNER_UID,
  podInputs,
  podKey,
  podOutputs,
  SUBNET_UID,
  WITHDRAWN,
} from "../../crds/annotations.ts";
import { Namespace, Node, Pod, StatefulSet } from "../../crds/foreign.ts";
import { IP } from "../../crds/ip.ts";
import { Subnet } from "../../crds/subnet.ts";

const providers = ["ovn", "net1.default.ovn", "net1.default.ovn.eth2", "mv.default"];

Deno.test("podKey() puts the provider in front", () => {
  assertEquals(podKey("ovn", "ip_address"), "ovn.kubernetes.io/ip_address");
  assertEquals(podKey("net1.default.ovn.eth2", "allocated"), "net1.default.ovn.eth2.kubernetes.io/allocated");
});

Deno.test("isOutput() allows the output table on Pods, Namespaces and Nodes", () => {
  for (const provider of providers) {
    for (const suffix of podOutputs) assert(isOutput(Pod, podKey(provider, suffix)), suffix);
  }
  for (const suffix of namespaceOutputs) assert(isOutput(Namespace, namespaceKey(suffix)), suffix);
  for (const suffix of nodeOutputs) assert(isOutput(Node, nodeKey(suffix)), suffix);
  assert(isOutput(Pod, WITHDRAWN));
});

Deno.test("isOutput() allows nothing else", () => {
  const inputsOnly = podInputs.filter((suffix) => !(podOutputs as readonly string[]).includes(suffix));
  assertEquals(inputsOnly, ["ip_pool", "ip_family", "default_route", "vip", "aaps"]);
  const refused = [
    ...inputsOnly.map((suffix) => podKey("ovn", suffix)),
    NETWORKS,
    DEFAULT_NETWORK,
    OWNER_UID,
    "kubernetes.io/allocated",
    ".kubernetes.io/allocated",
    "ovnkubernetes.io/allocated",
    "ovn.kubernetes.io/allocated.eth2",
    "ovn.kubernetes.io/ip_address.eth2",
    "ovn.kubernetes.io/",
    "ovn.kubernetes.io/x/allocated",
    "allocated",
    "",
    "constructor",
    "__proto__",
    "ovn.kubernetes.io/constructor",
  ];
  for (const key of refused) assert(!isOutput(Pod, key), key);
  for (const key of [podKey("ovn", "routed"), podKey("net1.default.ovn", "cidr"), WITHDRAWN, "constructor"]) {
    assert(!isOutput(Namespace, key), key);
  }
  assert(!isOutput(Node, podKey("ovn", "routed")));
  for (const kind of [StatefulSet, Subnet, IP]) {
    assert(!isOutput(kind, podKey("ovn", "ip_address")), kind.kind);
  }
});

Deno.test("isOurs() keeps whatever is read or written, of every network", () => {
  for (const provider of providers) {
    for (const suffix of [...podInputs, ...podOutputs]) assert(isOurs(podKey(provider, suffix)), suffix);
  }
  for (const key of [NETWORKS, DEFAULT_NETWORK, WITHDRAWN, "net1.default.kubernetes.io/ip_address.eth2"]) {
    assert(isOurs(key), key);
  }
  for (const suffix of namespaceOutputs) assert(isOurs(namespaceKey(suffix)), suffix);
  for (const suffix of nodeOutputs) assert(isOurs(nodeKey(suffix)), suffix);
});

Deno.test("isOurs() drops the rest", () => {
  const foreign = [
    "kubectl.kubernetes.io/last-applied-configuration",
    "kubernetes.io/config.seen",
    "ovn.kubernetes.io/",
    "ovn.kubernetes.io/unknown",
    "prometheus.io/scrape",
    "constructor",
    "__proto__",
    "",
  ];
  for (const key of foreign) assert(!isOurs(key), key);
});

Deno.test("our own annotations are all different and in our own domain", () => {
  const keys = [OWNER_UID, OWNER_KEY, SUBNET_UID, MARK, KEPT, WITHDRAWN];
  assertEquals(new Set(keys).size, keys.length);
  for (const key of keys) assert(key.startsWith("ipam.cadastre.internal/"), key);
});
