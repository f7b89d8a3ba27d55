/** Step 8: what is taken over of what somebody deleted. */
import { assert, assertEquals } from "@std/assert";
import { reconcile } from "../../controllers/pod/pod.ts";
import type { AddressClaim } from "../../crds/address_claim.ts";
import { inUse, ip, pod, subnet, vpc, worldOf } from "../world.ts";

Deno.test("restored: a record of an earlier pod in another Subnet says nothing of the one that this pod shows", () => {
  const [here, there] = [["here", "10.1.0.0/24"], ["there", "10.2.0.0/24"]].map(([name, cidrBlock]) =>
    inUse(subnet(name!, { cidrBlock: cidrBlock! }))
  );
  const shown = { allocated: "true", logical_switch: "here", ip_address: "10.1.0.5", cidr: "10.1.0.0/24" };
  const told = pod("app/p", {
    annotations: Object.fromEntries(
      Object.entries(shown).map(([key, text]) => [`ovn.kubernetes.io/${key}`, text]),
    ),
  });
  const { view } = worldOf([vpc(), here!, there!, told], { inherited: true });
  const earlier = ip({ owner: "app/p", subnet: "there", addresses: ["10.2.0.5"] });
  const plan = reconcile(told, { ...view, former: () => earlier as never });
  assert(plan.verdict === "desired");
  const claims = plan.holds.flatMap((hold) =>
    hold.claims.map(([, claim]) => claim as unknown as AddressClaim)
  );
  assertEquals(claims.map(({ spec }) => [spec.address, spec.subnetUid]), [["10.1.0.5", here!.metadata.uid]]);
});
