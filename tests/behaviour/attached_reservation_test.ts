/** Reservations for attached interfaces: the name of the record says which network. */
import { assertEquals, assertMatch } from "@std/assert";
import { NETWORKS } from "../../crds/annotations.ts";
import { IP } from "../../crds/ip.ts";
import { gateways } from "./gateways.ts";

const NAME = "p.default.extnad.kube-system";
const spec = (subnet: string, v4IpAddress: string) => ({
  podName: "p",
  namespace: "default",
  subnet,
  v4IpAddress,
});

Deno.test("reservation: one for an attached network is the pod's there, and nowhere else", () => {
  const lab = gateways();
  lab.create(IP, { metadata: { name: NAME }, spec: spec("ext", "192.168.50.9") });
  lab.settle();
  assertEquals(lab.claims("ext"), { "192.168.50.9": NAME });
  lab.pod("default/p", {}, { annotations: { [NETWORKS]: "kube-system/extnad" } });
  lab.settle();
  assertEquals(lab.toldOn("default/p", "extnad.kube-system").ip_address, "192.168.50.9");
  lab.kill("default/p");
  lab.settle();
  assertEquals(lab.claims("ext"), { "192.168.50.9": NAME });
  lab.atRest();
});

Deno.test("reservation: one whose Subnet is of another network than its name says is refused", () => {
  const lab = gateways();
  lab.create(IP, { metadata: { name: NAME }, spec: spec("inner", "10.0.1.9") });
  lab.settle();
  const [said = ""] = lab.warnings(IP, NAME);
  assertMatch(said, /p\.default\.extnad\.kube-system, but spec\.subnet inner makes it p\.default$/);
  assertEquals(lab.claims("inner"), {});
  lab.atRest();
});
