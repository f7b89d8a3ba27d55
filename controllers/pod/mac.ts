/**
 * The MAC address of an interface that has none yet.
 *
 * | the Subnet      | asked for                 | not asked for                                         |
 * |-----------------|---------------------------|-------------------------------------------------------|
 * | has a block     | claimed beside the IPs    | derived; none where another plugin makes interfaces   |
 * | has none        | claimed, and all there is | derived and claimed; refused where another makes them |
 */
import type { Pod } from "../../crds/foreign.ts";
import { ledger } from "../../crds/projections.ts";
import { isOvn } from "../../crds/relations.ts";
import type { Subnet } from "../../crds/subnet.ts";
import { freeMac } from "../../ipam/mac.ts";
import { type Answer, type Refusal, refuse } from "../../ipam/problem.ts";
import { keyOf } from "../../reconcile/kind.ts";
import type { View } from "../../reconcile/view.ts";
import type { Interface } from "../interface/owner.ts";
import type { PodRequest } from "./request.ts";

interface Asking {
  readonly pod: Pod;
  readonly provider: string;
  /** The one that it asks for. */
  readonly mac: string | undefined;
  /** Given to the pod's other interfaces in the same plan. */
  readonly others: readonly Interface[];
  readonly view: View;
}

export function macIn(
  subnet: Subnet,
  { pod, provider, mac, others, view }: Asking,
): Answer<string | undefined> {
  const key = keyOf(subnet), space = view.project(ledger, key), own = new Set([`Pod ${keyOf(pod)}`]);
  const isGiven = (one: string) => others.some((each) => each.subnet === key && each.mac === one);
  if (mac !== undefined) {
    const refusal = isGiven(mac) ? asTwice(mac) : space.admit(mac, { own });
    return refusal ? { ok: false, refusal } : { ok: true, value: mac };
  }
  if (!isOvn(subnet.spec.provider)) return { ok: true, value: undefined };
  const isFree = (one: string) => !isGiven(one) && space.admit(one, { own }) === undefined;
  return { ok: true, value: freeMac({ podUid: pod.metadata.uid, provider }, { isFree }) };
}

const asTwice = (mac: string): Refusal => ({
  word: "AddressConflict",
  message: `${mac} is asked for by another interface of this pod`,
});

interface Place {
  readonly subnet: Subnet;
  /** From which it is to draw. */
  readonly pool: string | undefined;
}

/** Of a Subnet without a block: no IP addresses, or why who asks for some cannot be served there. */
export function macAlone(request: PodRequest, { subnet, pool }: Place): Answer<readonly string[]> {
  const { addresses, choices: [choice], family, mac } = request;
  const asked = addresses ?? choice, ip = asked && (asked.v4 ?? asked.v6);
  const remedy = "name a Subnet with a cidrBlock, or ask for a MAC address alone";
  if (ip !== undefined) {
    return refuse("AddressOutOfRange", `it has no cidrBlock, and so not ${ip}; ${remedy}`);
  }
  if (family !== undefined) {
    return refuse("InvalidIPFamily", `it has no cidrBlock, and so no IPv${family} addresses; ${remedy}`);
  }
  if (pool !== undefined) {
    return refuse(
      "NoAvailableAddress",
      `it has no cidrBlock, and so IPPool ${pool} has nothing of it; ${remedy}`,
    );
  }
  if (mac === undefined && !isOvn(subnet.spec.provider)) {
    const message =
      "it has no cidrBlock, and the MAC addresses of its interfaces are made by another CNI plugin; " +
      "ask for one with mac_address, or give it a cidrBlock";
    return refuse("NoAvailableAddress", message);
  }
  return { ok: true, value: [] };
}
