/**
 * Addresses that a Subnet has itself: of its interconnection with the overlay (u2o), and of its multicast querier.
 *
 * Each is a record with its claims, as of a pod, whose owner is the Subnet; it is told by its status. A record that is not wanted any
 * more is withdrawn as a pod's is (step W); one of a Subnet that is going is released (`crds/relations.ts`).
 */
import { AddressClaim, claimName } from "../../crds/address_claim.ts";
import { OWNER_KEY, OWNER_UID, SUBNET_UID } from "../../crds/annotations.ts";
import { canonical } from "../../crds/canonical.ts";
import { LONGEST_NAME } from "../../crds/custom.ts";
import { IP, mcastRecordName, u2oRecordName } from "../../crds/ip.ts";
import { IP_RESERVED_LABEL } from "../../crds/labels.ts";
import { ledger, ownRecordsOf } from "../../crds/projections.ts";
import { addressesOf, ownerUidOf } from "../../crds/record.ts";
import { vpcOf } from "../../crds/relations.ts";
import { Subnet } from "../../crds/subnet.ts";
import type { Family } from "../../ipam/address.ts";
import type { Layout } from "../../ipam/layout.ts";
import { freeMac } from "../../ipam/mac.ts";
import type { Answer } from "../../ipam/problem.ts";
import { type Addresses, parseIpAddress } from "../../ipam/requests.ts";
import { isDeleting, keyOf, type Obj } from "../../reconcile/kind.ts";
import { type Hold, no, type Release, type Verdict, want } from "../../reconcile/plan.ts";
import type { View } from "../../reconcile/view.ts";
import { claimEntries, recordEntry } from "../interface/record.ts";
import { chooseAddresses } from "../pod/address.ts";
import { formatSubnet } from "./format.ts";

type Status = NonNullable<Subnet["status"]>;

/** One thing for which a Subnet has an address. */
interface Purpose {
  readonly name: string;
  /** Of the spec, that asks for it. */
  readonly field: "u2oInterconnection" | "enableMulticastSnoop";
  /** Of its record. */
  readonly record: (subnet: Subnet) => string;
  readonly isWanted: (subnet: Subnet) => boolean;
  /** What the spec asks for, as it was written. */
  readonly asked?: (subnet: Subnet) => string | undefined;
  /** Where one address is enough. */
  readonly family?: (layout: Layout) => Family;
  readonly shown: (status: Status) => string | undefined;
  readonly told: (ip: string, mac: string, subnet: Subnet) => Partial<Status>;
}

const purposes: readonly Purpose[] = [
  {
    name: "U2OInterconnection",
    field: "u2oInterconnection",
    record: (subnet) => u2oRecordName(vpcOf(subnet) ?? "", keyOf(subnet)),
    isWanted: ({ spec }) => !!spec.vlan && !!spec.u2oInterconnection && !spec.logicalGateway,
    asked: ({ spec }) => spec.u2oInterconnectionIP,
    shown: (status) => status.u2oInterconnectionIP,
    told: (ip, mac, subnet) => ({
      u2oInterconnectionIP: ip,
      u2oInterconnectionMAC: mac,
      u2oInterconnectionVPC: ip ? vpcOf(subnet) ?? "" : "",
    }),
  },
  {
    name: "MulticastQuerier",
    field: "enableMulticastSnoop",
    record: (subnet) => mcastRecordName(keyOf(subnet)),
    isWanted: ({ spec }) => !!spec.enableMulticastSnoop,
    family: ({ v4 }) => v4 ? 4 : 6,
    shown: (status) => status.mcastQuerierIP,
    told: (ip, mac) => ({ mcastQuerierIP: ip, mcastQuerierMAC: mac }),
  },
];

/** What goes into the Subnet's plan. */
export interface OwnAddresses {
  readonly holds: readonly Hold[];
  readonly release: readonly Release[];
  readonly status: Partial<Status>;
  readonly conditions: Readonly<Record<string, Verdict>>;
}

/** @param subnet with nothing in its way. */
export function ownAddresses(subnet: Subnet, view: View): OwnAddresses {
  const taken = new Set<string>(), all = purposes.map((purpose) => planFor(purpose, subnet, { view, taken }));
  return {
    holds: all.flatMap(({ hold }) => hold ?? []),
    release: all.flatMap(({ release }) => release ?? []),
    status: Object.assign({}, ...all.map(({ status }) => status)),
    conditions: Object.fromEntries(
      all.flatMap(({ problem }, i) => problem ? [[purposes[i]!.name, problem]] : []),
    ),
  };
}

interface Own {
  readonly hold?: Hold;
  readonly release?: Release;
  readonly status: Partial<Status>;
  readonly problem?: Verdict;
}

interface Circumstances {
  readonly view: View;
  /** Given to its other purposes in this very plan. */
  readonly taken: Set<string>;
}

function planFor(purpose: Purpose, subnet: Subnet, { view, taken }: Circumstances): Own {
  const formatted = formatSubnet(subnet), layout = formatted.ok ? formatted.layout : undefined;
  const name = purpose.record(subnet), record = view.get(IP, name), { uid } = subnet.metadata;
  // Fields that Kube-OVN wrote stay until somebody clears them.
  const nothing = { status: purpose.shown(subnet.status ?? {}) ? purpose.told("", "", subnet) : {} };
  const owner = record && ownerUidOf(record), isOurs = record && (owner === undefined || owner === uid);
  const former = formerOf(subnet, { name, view });
  if (former) {
    return isDeleting(former) ? nothing : { ...nothing, release: withdrawn(purpose, subnet, former) };
  }
  if (!purpose.isWanted(subnet) || !layout) {
    const problem = purpose.isWanted(subnet) ? { problem: no("CIDRInvalid", noBlockFor(purpose)) } : {};
    return isOurs && !isDeleting(record)
      ? { ...nothing, ...problem, release: withdrawn(purpose, subnet, record) }
      : { ...nothing, ...problem };
  }
  if (name.length > LONGEST_NAME) {
    const message = `its record would have a name of ${name.length} characters, more than ${LONGEST_NAME}`;
    return { ...nothing, problem: no("NoAvailableAddress", message) };
  }
  if (record && (!isOurs || isDeleting(record))) return nothing; // of an earlier Subnet; its end wakes this one
  const asked = askedBy(purpose, subnet);
  if (!asked.ok) return { ...nothing, problem: no(asked.refusal.word, asked.refusal.message) };
  if (record) return met(purpose, subnet, { record, asked: asked.value, view, nothing });
  return chosen(purpose, subnet, { name, layout, asked: asked.value, view, taken, nothing });
}

const noBlockFor = ({ field }: Purpose): string =>
  `spec.${field}: there is no spec.cidrBlock to take an address of; write one, or take this out`;

/** The record that it had under another name: that of an interconnection names the Vpc, which may change. */
function formerOf(subnet: Subnet, { name, view }: { readonly name: string; readonly view: View }) {
  const prefix = name.slice(0, name.indexOf(".") + 1);
  return [...view.project(ownRecordsOf, keyOf(subnet)).values()].find((record) =>
    keyOf(record) !== name && keyOf(record).startsWith(prefix) && ownerUidOf(record) === subnet.metadata.uid
  );
}

function askedBy({ asked }: Purpose, subnet: Subnet): Answer<Addresses> {
  const text = asked?.(subnet);
  return text ? parseIpAddress(text) : { ok: true, value: { v4: undefined, v6: undefined } };
}

interface Met {
  readonly record: IP;
  readonly asked: Addresses;
  readonly view: View;
  readonly nothing: Own;
}

/** It keeps what it has, unless its spec asks for something else. */
function met(purpose: Purpose, subnet: Subnet, { record, asked, view, nothing }: Met): Own {
  const addresses = addressesOf(record);
  const differs = [asked.v4, asked.v6].some((address) => address && !addresses.includes(address));
  if (differs) return { ...nothing, release: withdrawn(purpose, subnet, record) };
  for (const address of addresses) {
    const holder = view.get(AddressClaim, claimName(keyOf(subnet), address))?.spec.holder;
    if (!holder || holder.name === record.metadata.name) continue;
    return {
      ...nothing,
      problem: no("AddressConflict", `${address} is held by ${holder.kind} ${holder.name}`),
    };
  }
  const { name } = record.metadata, { uid } = subnet.metadata, key = keyOf(subnet), ip = addresses.join(",");
  const annotations = { [OWNER_UID]: uid, [OWNER_KEY]: key, [SUBNET_UID]: uid };
  const intent = { metadata: { name, labels: { [IP_RESERVED_LABEL]: "false" }, annotations } };
  const claims = claimEntries({
    record: name,
    subnet: key,
    subnetUid: uid,
    addresses,
    mac: undefined,
    ownerKey: key,
  });
  return {
    hold: {
      record: want(IP, intent),
      met: record,
      claims,
      owner: uid,
      ownerAt: [Subnet, key],
      published: shows(purpose, subnet, addresses),
      reserved: false,
    },
    status: purpose.told(ip, record.spec.macAddress ?? "", subnet),
  };
}

interface Choosing extends Circumstances {
  readonly name: string;
  readonly layout: Layout;
  readonly asked: Addresses;
  readonly nothing: Own;
}

/** What it shows already, if somebody deleted the record; else what it asks for, or the next that is free. */
function chosen(
  purpose: Purpose,
  subnet: Subnet,
  { name, layout, asked, view, taken, nothing }: Choosing,
): Own {
  const key = keyOf(subnet), { uid } = subnet.metadata, space = view.project(ledger, key);
  const left = view.referrers(AddressClaim, IP, name).map(({ spec }) => spec.holder.uid);
  const own = new Set([`Subnet ${key}`, ...left]),
    kept = parseIpAddress(purpose.shown(subnet.status ?? {}) ?? "");
  const wanted = {
    v4: asked.v4 ?? (kept.ok ? kept.value.v4 : undefined),
    v6: asked.v6 ?? (kept.ok ? kept.value.v6 : undefined),
  };
  const family = purpose.family?.(layout);
  const choice = chooseAddresses({ addresses: wanted, choices: [], family }, {
    ledger: space,
    layout,
    own,
    taken,
  });
  if (!choice.ok) return { ...nothing, problem: no(choice.refusal.word, choice.refusal.message) };
  for (const address of choice.value) taken.add(address);
  const addresses = choice.value, isFree = (mac: string) => space.admit(mac, { own }) === undefined;
  const mac = freeMac({ podUid: uid, provider: purpose.name }, { isFree });
  const parts = { subnet: key, subnetUid: uid, addresses, ownerKey: key };
  const entry = recordEntry({
    ...parts,
    name,
    ownerUid: uid,
    podName: name,
    namespace: "",
    nodeName: undefined,
    identity: undefined,
    mac,
    fixedMac: false,
  });
  return {
    hold: {
      record: entry,
      claims: claimEntries({ ...parts, record: name, mac: undefined }),
      owner: uid,
      ownerAt: [Subnet, key],
      published: shows(purpose, subnet, addresses),
      reserved: false,
    },
    status: purpose.told(addresses.join(","), mac, subnet),
  };
}

/** Marked, and deleted once the Subnet was written and does not show it. */
function withdrawn(purpose: Purpose, subnet: Subnet, record: IP): Release {
  const isShown = (answer: Obj) => shows(purpose, answer as Subnet, addressesOf(record));
  return {
    kind: IP,
    object: record,
    because: [],
    fences: [{ kind: Subnet, object: subnet, shows: isShown }],
    mark: true,
  };
}

function shows({ shown }: Purpose, { status }: Subnet, addresses: readonly string[]): boolean {
  const text = shown(status ?? {}) ?? "";
  return text.split(",", 3).map(canonical).join() === addresses.join();
}
