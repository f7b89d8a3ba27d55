/** Everything that users do, and how often compared with each other. */
import { advancedSets } from "./advanced_sets.ts";
import * as attachments from "./attachments.ts";
import { gateways } from "./gateways.ts";
import * as holders from "./holders.ts";
import { machines } from "./machines.ts";
import { macs } from "./macs.ts";
import * as networks from "./networks.ts";
import { own } from "./own.ts";
import * as pods from "./pods.ts";
import * as pools from "./pools.ts";
import * as register from "./register.ts";
import * as surroundings from "./surroundings.ts";
import { rights } from "./rights.ts";
import { tenants } from "./tenants.ts";
import * as workloads from "./workloads.ts";
import type { Doing } from "./user.ts";

export interface Habit {
  readonly name: string;
  readonly often: number;
  readonly ask: Doing;
  /** Only in some histories: it drowns out what goes wrong without it. */
  readonly rare?: boolean;
}

export const habits: readonly Habit[] = [
  { name: "create pod", often: 30, ask: pods.createPod },
  { name: "ask for an address", often: 4, ask: pods.createAskingPod },
  { name: "delete pod", often: 10, ask: pods.deletePod },
  { name: "force-delete pod", often: 8, ask: pods.forceDeletePod },
  { name: "finish pod", often: 4, ask: pods.finishPod },
  { name: "forge pod", often: 2, ask: pods.createForgedPod, rare: true },
  { name: "tamper with pod", often: 3, ask: surroundings.tamperWithPod, rare: true },
  { name: "create subnet", often: 9, ask: networks.createSubnet },
  { name: "delete subnet", often: 5, ask: networks.deleteSubnet },
  { name: "delete join subnet", often: 1, ask: networks.deleteJoin, rare: true },
  { name: "create join subnet", often: 3, ask: networks.createJoin },
  { name: "edit subnet", often: 3, ask: networks.editSubnet },
  { name: "edit subnet status", often: 1, ask: networks.editSubnetStatus, rare: true },
  { name: "strip subnet", often: 1, ask: networks.stripSubnet, rare: true },
  { name: "hold subnet", often: 1, ask: networks.holdSubnet, rare: true },
  { name: "create vpc", often: 3, ask: networks.createVpc },
  { name: "delete vpc", often: 2, ask: networks.deleteVpc },
  { name: "edit vpc", often: 1, ask: networks.editVpc },
  { name: "create namespace", often: 4, ask: surroundings.createNamespace },
  { name: "delete namespace", often: 0.5, ask: surroundings.deleteNamespace },
  { name: "label namespace", often: 1, ask: surroundings.labelNamespace },
  { name: "tamper with namespace", often: 1, ask: surroundings.tamperWithNamespace, rare: true },
  { name: "create node", often: 2, ask: surroundings.createNode },
  { name: "delete node", often: 1, ask: surroundings.deleteNode },
  { name: "reserve address", often: 3, ask: register.reserve },
  { name: "delete record", often: 3, ask: register.deleteRecord },
  { name: "delete claim", often: 2, ask: register.deleteClaim },
  { name: "tamper with record", often: 2, ask: register.tamperWithRecord, rare: true },
  { name: "create set", often: 3, ask: workloads.createSet },
  { name: "scale set", often: 4, ask: workloads.scaleSet },
  { name: "move set", often: 2, ask: workloads.moveSet },
  { name: "edit template", often: 1, ask: workloads.editTemplate },
  { name: "delete set", often: 1.5, ask: workloads.deleteSet },
  { name: "create vip", often: 4, ask: holders.createVip },
  { name: "delete vip", often: 2, ask: holders.deleteVip },
  { name: "edit vip", often: 1, ask: holders.editVip },
  { name: "tamper with vip", often: 1, ask: holders.editVipStatus, rare: true },
  { name: "create pool", often: 4, ask: pools.createPool },
  { name: "edit pool", often: 3, ask: pools.editPool },
  { name: "delete pool", often: 2, ask: pools.deletePool },
  { name: "plug", often: 2, ask: attachments.plug, rare: true },
  { name: "create network", often: 2, ask: attachments.createNetwork },
  { name: "delete network", often: 1, ask: attachments.deleteNetwork, rare: true },
  { name: "squat", often: 1, ask: register.squat, rare: true },
];

/** What users do only where a set-up names it. */
const special: Readonly<Record<string, Doing>> = {
  ...advancedSets,
  ...gateways,
  ...machines,
  ...macs,
  ...own,
  ...rights,
  ...tenants,
};

/** @throws where nobody does anything of that name. */
export function doing(name: string): Doing {
  const found = habits.find((habit) => habit.name === name)?.ask ?? special[name];
  if (!found) throw new Error(`no habit ${name}`);
  return found;
}
