/** A Subnet goes between the claim of an address and its pod's being told. */
import { assertEquals } from "@std/assert";
import { podKey } from "../../crds/annotations.ts";
import { Pod } from "../../crds/foreign.ts";
import { IP } from "../../crds/ip.ts";
import { Subnet } from "../../crds/subnet.ts";
import type { Json } from "../../kube/api.ts";
import { isDeleting } from "../../reconcile/kind.ts";
import { cluster } from "./cluster.ts";

Deno.test("withdrawal: whoever was about to tell the pod is too late once its record is deleted", () => {
  const lab = cluster();
  lab.subnet("sn", { cidrBlock: "10.66.0.0/24", namespaces: ["default"] });
  lab.settle();
  const { uid, resourceVersion } = lab.pod("default/a").metadata, late: number[] = [];
  const told: Json = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: "a",
      namespace: "default",
      uid,
      resourceVersion,
      annotations: { [podKey("ovn", "ip_address")]: "10.66.0.2" },
    },
  };
  lab.intercept = ({ verb, resource: { kind } }) => {
    const subnet = lab.get(Subnet, "sn");
    if (verb === "create" && kind === "AddressClaim" && subnet && !isDeleting(subnet)) {
      lab.delete(Subnet, "sn");
    }
    // Another replica, which saw the pod and the record before.
    if (verb === "delete" && kind === IP.kind) {
      const { status } = lab.server.execute({
        verb: "apply",
        resource: Pod,
        body: told,
        manager: "another",
        force: true,
      });
      late.push(status);
    }
    return undefined;
  };
  lab.settle();
  assertEquals([late, lab.get(Subnet, "sn")], [[409], undefined]);
});
