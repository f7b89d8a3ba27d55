/** Annotations that come after the pod, or that pretend to be the operator's. */
import {
  admin,
  ALICE,
  annotate,
  type Case,
  key,
  kubelet,
  podOf,
  podsOf,
  truthful,
  waiting,
} from "../case.ts";

const forged = { [key("ip_address")]: "10.91.0.50", [key("allocated")]: "true" };
const binding = (name: string) => ({
  apiVersion: "v1",
  kind: "Binding",
  metadata: { name, annotations: forged },
  target: { kind: "Node", name: "node-1" },
});

/** With these the pod waits for nobody's scheduler but the attacker's. */
function unscheduled(name: string) {
  const call = podOf(name), body = call.body as { spec: object };
  return { ...call, body: { ...body, spec: { ...body.spec, schedulerName: "theirs" } } };
}

export const injection: readonly Case[] = [
  {
    to: "change the address of a running pod",
    before: [podOf("i1")],
    call: annotate("i1", forged),
    code: [422, 200],
    then: truthful("i1"),
  },
  {
    to: "change it through the status",
    as: kubelet,
    before: [podOf("i2")],
    call: annotate("i2", forged, "/status"),
    code: [422, 200],
    then: truthful("i2"),
  },
  {
    to: "bring an address with a Binding",
    as: admin,
    before: [unscheduled("i3")],
    call: { method: "POST", path: `${podsOf(ALICE)}/i3/binding`, body: binding("i3") },
    code: [422, 201],
    then: truthful("i3"),
  },
  {
    to: "change the MAC of a running pod",
    before: [podOf("i4")],
    call: annotate("i4", { [key("mac_address")]: "02:00:00:00:00:44" }),
    code: [422, 200],
    then: truthful("i4"),
  },
  {
    to: "remove what the pod was told",
    before: [podOf("i5")],
    call: annotate("i5", { [key("ip_address")]: null, [key("allocated")]: null }),
    code: [422, 200],
    then: truthful("i5"),
  },
  {
    to: "say at creation that it was told",
    call: podOf("i6", { ...forged, [key("logical_switch")]: "alice-net", [key("ip_address")]: "10.90.0.99" }),
    code: [201, 201],
    then: truthful("i6"),
    guards: "S2",
  },
  {
    to: "say at creation that it has another's address",
    call: podOf("i7", forged),
    code: [201, 201],
    then: waiting("i7", "AddressOutOfRange"),
    guards: "S1",
  },
  {
    to: "say so in the other's Subnet",
    call: podOf("i11", { ...forged, [key("logical_switch")]: "bob-net" }),
    code: [422, 201],
    then: waiting("i11", "AddressConflict"),
    guards: "S1",
  },
  {
    to: "forge the operator's bookkeeping",
    before: [podOf("i8")],
    call: annotate("i8", { "ipam.cadastre.internal/withdrawn": "999999" }),
    code: [422, 200],
    then: truthful("i8"),
  },
  {
    to: "move a running pod to another Subnet",
    before: [podOf("i9")],
    call: annotate("i9", { [key("logical_switch")]: "bob-net" }),
    code: [422, 200],
    then: truthful("i9"),
  },
  {
    to: "say that it is routed elsewhere",
    before: [podOf("i10")],
    call: annotate("i10", { [key("gateway")]: "10.90.0.66" }),
    code: [422, 200],
    then: truthful("i10"),
  },
];
