/** What Subnets have for themselves. */
import { IP, mcastRecordName, u2oRecordName } from "../../../crds/ip.ts";
import { addressesOf, ownerUidOf } from "../../../crds/record.ts";
import { vpcOf } from "../../../crds/relations.ts";
import { Subnet } from "../../../crds/subnet.ts";
import { isDeleting, keyOf } from "../../../reconcile/kind.ts";
import type { Invariant } from "./invariant.ts";
import { conditionOf, isReady } from "./serving.ts";

/** L1. */
const answered: Invariant = {
  id: "L1",
  says:
    "a Subnet that is ready shows the addresses that it is to have itself, or says why not, and no others",
  atRest: ({ cluster }) => {
    for (const subnet of cluster.all(Subnet)) {
      if (!isReady(subnet) || isDeleting(subnet)) continue;
      const { spec, status = {} } = subnet, name = keyOf(subnet);
      const purposes = [
        [
          "U2OInterconnection",
          !!spec.vlan && !!spec.u2oInterconnection && !spec.logicalGateway,
          status.u2oInterconnectionIP,
          u2oRecordName(vpcOf(subnet) ?? "", name),
        ],
        ["MulticastQuerier", !!spec.enableMulticastSnoop, status.mcastQuerierIP, mcastRecordName(name)],
      ] as const;
      for (const [purpose, isWanted, shown = "", key] of purposes) {
        const record = cluster.get(IP, key), problem = conditionOf(subnet, purpose);
        const held = record && ownerUidOf(record) === subnet.metadata.uid ? addressesOf(record).join() : "";
        if (isWanted ? shown === "" && problem?.status !== "False" : shown !== "") {
          return `Subnet ${name} shows ${shown || "nothing"} as ${purpose}, and says ${problem?.message}`;
        }
        if (shown !== "" && shown !== held) {
          return `Subnet ${name} shows ${shown} as ${purpose}, and holds ${held}`;
        }
      }
    }
  },
};

export const own: readonly Invariant[] = [answered];
