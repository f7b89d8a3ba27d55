/** The two locks of one interface as they are created: the owner record and the claims of its addresses. */
import { AddressClaim, claimName, wornAddress } from "../../crds/address_claim.ts";
import {
  OWNER_KEY,
  OWNER_UID,
  STATIC_MAC,
  SUBNET_UID,
  WORN_VIP,
  WORN_VIP_UID,
} from "../../crds/annotations.ts";
import { type Identity, identityAnnotations } from "../../crds/identity.ts";
import { IP } from "../../crds/ip.ts";
import { recordLabels } from "../../crds/labels.ts";
import type { Worn } from "../../crds/record.ts";
import { byFamily } from "../../ipam/requests.ts";
import { type Entry, RECORD_UID, want } from "../../reconcile/plan.ts";
import type { Interface } from "./owner.ts";

export interface RecordParts extends Interface {
  readonly name: string;
  readonly ownerUid: string;
  /** Key of the Pod or Node that the record serves. */
  readonly ownerKey: string;
  /** Name of the pod or of the node. */
  readonly podName: string;
  /** Empty for a node. */
  readonly namespace: string;
  readonly nodeName: string | undefined;
  /** Who keeps it while pods come and go. */
  readonly identity?: Identity | undefined;
}

/** The record, complete, with all fields that Kube-OVN's own records have. */
export function recordEntry(parts: RecordParts): Entry {
  const {
    name,
    ownerUid,
    ownerKey,
    podName,
    namespace,
    nodeName = "",
    subnet,
    subnetUid,
    addresses,
    mac = "",
  } = parts;
  return want(IP, {
    metadata: {
      name,
      labels: recordLabels({ subnet, node: nodeName, reserved: false }),
      annotations: {
        [OWNER_UID]: ownerUid,
        [OWNER_KEY]: ownerKey,
        [SUBNET_UID]: subnetUid,
        ...(parts.fixedMac ? { [STATIC_MAC]: "true" } : {}),
        ...wornAnnotations(parts.wears),
        ...(parts.identity ? identityAnnotations(parts.identity) : {}),
      },
    },
    spec: {
      podName,
      namespace,
      subnet,
      nodeName,
      ...addressFields(addresses),
      macAddress: mac,
      podType: parts.identity?.keeper.podType ?? "",
      containerID: "",
      attachSubnets: [],
      attachIps: [],
      attachMacs: [],
    },
  });
}

/** The fields of a record that name its IP addresses; all empty where it has a MAC alone. */
export function addressFields(addresses: readonly string[]) {
  const { v4 = "", v6 = "" } = byFamily(addresses);
  return { ipAddress: [v4, v6].filter((each) => each).join(","), v4IpAddress: v4, v6IpAddress: v6 };
}

export function wornAnnotations(wears: Worn | undefined): Record<string, string> {
  return wears ? { [WORN_VIP]: wears.name, [WORN_VIP_UID]: wears.uid } : {};
}

export interface ClaimParts {
  /** Name of the record that holds them. */
  readonly record: string;
  readonly subnet: string;
  readonly subnetUid: string;
  readonly addresses: readonly string[];
  /** Beside IP addresses only a MAC that was asked for takes a claim. */
  readonly mac: string | undefined;
  readonly ownerKey: string;
  /** The addresses and the MAC are claimed by this Vip: only the right to wear it is claimed. */
  readonly wears?: Worn | undefined;
  /** Where the record exists already and holds them without a Hold. */
  readonly recordUid?: string;
}

/** One claim per address, IPv4 first, then one for the MAC: whoever waits for the second holds the first. */
export function claimEntries(parts: ClaimParts): readonly Entry[] {
  const { record, subnet, subnetUid, addresses, mac, ownerKey, recordUid = RECORD_UID } = parts;
  const all = [...addresses, ...(mac ? [mac] : [])];
  const wanted = parts.wears ? [wornAddress(parts.wears.uid)] : [...new Set(all)];
  return wanted.map((address) =>
    want(AddressClaim, {
      metadata: { name: claimName(subnet, address) },
      spec: {
        subnet,
        subnetUid,
        address,
        holder: { kind: IP.kind, name: record, uid: recordUid },
        ownerKey,
      },
    })
  );
}
