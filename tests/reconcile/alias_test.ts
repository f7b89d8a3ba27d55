/** Children of several parents that share one key: all of them must be gone. */
import { assertEquals } from "@std/assert";
import { AddressClaim } from "../../crds/address_claim.ts";
import { OWNER_KEY, OWNER_UID, podKey, SUBNET_UID, WITHDRAWN } from "../../crds/annotations.ts";
import { Pod } from "../../crds/foreign.ts";
import { IP } from "../../crds/ip.ts";
import type { Lab } from "../lab.ts";
import { toy } from "./toy.ts";

const OWNER = "default/VirtualMachine/vm", CLAIM = "s.10.0.0.9";

/** Two pods run the machine `vm`, whose record and claim are there; nobody answers for pods. */
function machine(...shown: readonly string[]): Lab {
  const lab = toy({ tables: [] });
  for (const name of ["a", "b"]) launcher(lab, name, shown.includes(name));
  const { uid } = lab.create(IP, {
    metadata: {
      name: "vm.default",
      annotations: { [OWNER_KEY]: OWNER, [OWNER_UID]: "somebody", [SUBNET_UID]: "u" },
    },
    spec: { podName: "vm", namespace: "default", subnet: "s", v4IpAddress: "10.0.0.9" },
  }).metadata;
  lab.create(AddressClaim, {
    metadata: { name: CLAIM },
    spec: {
      subnet: "s",
      subnetUid: "u",
      address: "10.0.0.9",
      holder: { kind: "IP", name: "vm.default", uid },
      ownerKey: OWNER,
    },
  });
  return lab.settle({ ms: 60_000 });
}

function launcher(lab: Lab, name: string, shows: boolean): void {
  const reference = {
    apiVersion: "kubevirt.io/v1",
    kind: "VirtualMachineInstance",
    name: "vm",
    uid: "vmi",
    controller: true,
  };
  const annotations = {
    [podKey("ovn", "allocated")]: "true",
    [podKey("ovn", "logical_switch")]: "s",
    [podKey("ovn", "ip_address")]: "10.0.0.9",
  };
  lab.create(Pod, {
    metadata: {
      name,
      namespace: "default",
      labels: { "kubevirt.io": "virt-launcher" },
      ownerReferences: [reference],
      ...(shows ? { annotations } : {}),
    },
    spec: { containers: [{ name: "c", image: "i" }] },
  });
}

const end = (lab: Lab, name: string) => lab.delete(Pod, `default/${name}`, { gracePeriodSeconds: 0 });
const left = (
  lab: Lab,
) => [lab.get(IP, "vm.default") !== undefined, lab.get(AddressClaim, CLAIM) !== undefined];

Deno.test("alias: what several share stays until the last of them is gone", () => {
  const lab = machine("a");
  assertEquals(left(lab), [true, true]);
  end(lab, "a");
  lab.settle({ ms: 60_000 });
  assertEquals(left(lab), [true, true]);
  end(lab, "b");
  lab.settle({ ms: 60_000 });
  assertEquals(left(lab), [false, false]);
});

Deno.test("alias: one that shows it keeps it; when the record goes by hand, both are fenced that do not", () => {
  const kept = machine("b");
  kept.delete(IP, "vm.default");
  kept.settle({ ms: 60_000 });
  assertEquals(left(kept), [false, true]);

  const lab = machine();
  lab.delete(IP, "vm.default");
  lab.settle({ ms: 60_000 });
  assertEquals(left(lab), [false, false]);
  const fenced = lab.list(Pod).filter(({ metadata }) => metadata.annotations?.[WITHDRAWN]);
  assertEquals(fenced.map(({ metadata }) => metadata.name), ["a", "b"]);
});

Deno.test("alias: one that nobody had seen yet is found by the live list, and keeps it", () => {
  const lab = machine();
  lab.delete(IP, "vm.default");
  let came = false;
  lab.intercept = (request) => {
    if (request.verb !== "list" || came) return undefined;
    came = true;
    launcher(lab, "c", true);
    return undefined;
  };
  lab.settle({ ms: 60_000 });
  assertEquals([came, ...left(lab)], [true, false, true]);
});

Deno.test("alias: a list that is refused keeps everything", () => {
  const lab = machine();
  lab.delete(IP, "vm.default");
  lab.intercept = (request) =>
    request.verb === "list"
      ? { outcome: "transient", status: 500, reason: "", message: "not now" }
      : undefined;
  lab.settle({ ms: 60_000 });
  assertEquals(left(lab), [false, true]);
  lab.intercept = () => undefined;
  lab.settle({ ms: 60_000 });
  assertEquals(left(lab), [false, false]);
});
