import { assertEquals, assertThrows } from "@std/assert";
import { ConfigError } from "../../kube/config/field.ts";
import { addressOf, configurationOf } from "../../runtime/configuration.ts";

Deno.test("configurationOf has a value for everything", () => {
  assertEquals(configurationOf({}), {
    kubeconfig: undefined,
    context: undefined,
    http: { hostname: "0.0.0.0", port: 8080 },
    lease: true,
    leaseNamespace: undefined,
    isolateNamespaces: false,
  });
});

Deno.test("configurationOf takes what it is told", () => {
  const told = configurationOf({
    "kubeconfig": "f",
    "no-lease": true,
    "lease-namespace": "ns",
    "default-cidr": "10.1.0.0/16,fd00::/64",
    "node-switch-cidr": "100.64.0.0/16",
    "http": "off",
    "nat-gateway-namespaces": "kube-system,edge",
    "nat-data-plane": "nftables",
  });
  assertEquals(told, {
    kubeconfig: "f",
    context: undefined,
    http: undefined,
    lease: false,
    leaseNamespace: "ns",
    isolateNamespaces: false,
    defaultCidr: "10.1.0.0/16,fd00::/64",
    joinCidr: "100.64.0.0/16",
    gatewayNamespaces: ["kube-system", "edge"],
    natDataPlane: "nftables",
  });
});

Deno.test("configurationOf names the option and what is wrong with it", () => {
  const refused = (values: Record<string, string>, message: string) =>
    assertThrows(() => configurationOf(values), ConfigError, message);
  refused({ "default-cidr": "10.1.0.0" }, '--default-cidr 10.1.0.0: "10.1.0.0" has no prefix length');
  refused({ "node-switch-cidr": "10.1.0.0/16,x/64" }, "--node-switch-cidr");
  refused({ "lease-namespace": "" }, "--lease-namespace needs a value");
  refused({ "nat-gateway-namespaces": "a,,b" }, '--nat-gateway-namespaces a,,b: "" is no namespace');
  refused({ "nat-data-plane": "ebpf" }, "--nat-data-plane ebpf: write ack or nftables");
  refused({ http: "8080" }, "--http 8080: write HOST:PORT");
  refused({ http: ":65536" }, "--http :65536");
});

Deno.test("addressOf reads hosts of both families", () => {
  assertEquals(addressOf(":1"), { hostname: "0.0.0.0", port: 1 });
  assertEquals(addressOf("[::1]:0"), { hostname: "::1", port: 0 });
  assertEquals(addressOf("localhost:80"), { hostname: "localhost", port: 80 });
});
