/**
 * Objects as a cluster has them, and a view of them: what a handler needs to be tested as the function it is.
 *
 * @example
 * ```ts
 * const view = world(vpc("ovn-cluster"), inUse(subnet("sn1", { cidrBlock: "10.0.0.0/24" })));
 * reconcile(subnet("sn2", { cidrBlock: "10.0.0.0/25" }), view);
 * ```
 */
import { formatSubnet } from "../controllers/subnet/format.ts";
import { AddressClaim, claimName } from "../crds/address_claim.ts";
import { OWNER_KEY, OWNER_UID, SUBNET_UID } from "../crds/annotations.ts";
import { Namespace, NetworkAttachmentDefinition, Node, Pod } from "../crds/foreign.ts";
import { IP, recordName } from "../crds/ip.ts";
import { FINALIZER, IP_RESERVED_LABEL } from "../crds/labels.ts";
import { IPPool } from "../crds/ip_pool.ts";
import { kinds } from "../crds/mod.ts";
import { projections } from "../crds/projections.ts";
import { relations } from "../crds/relations.ts";
import { rules } from "../crds/rules.ts";
import { Subnet } from "../crds/subnet.ts";
import { Vlan } from "../crds/vlan.ts";
import { Vpc } from "../crds/vpc.ts";
import type { Condition, Key, Kind, Meta, Obj, Of } from "../reconcile/kind.ts";
import { Store } from "../reconcile/store.ts";
import { type View, viewOf } from "../reconcile/view.ts";

/** What most tests do not care about. */
export interface About {
  /** @default `<name>-uid` */
  readonly uid?: string;
  /** Minutes after the start of all tests; later means younger. @default 0 */
  readonly born?: number;
  readonly generation?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
  /** Deletion was asked for. */
  readonly going?: boolean;
}

/** As its author wrote it: neither formatted nor held. */
export function subnet(name: string, spec: Subnet["spec"] = {}, about: About = {}): Subnet {
  return { ...object(Subnet, name, about), spec };
}

/** Formatted, and held by our finalizer. */
export function inUse(subnet: Subnet): Subnet {
  const formatted = formatSubnet(subnet);
  return held({ ...subnet, spec: { ...subnet.spec, ...(formatted.ok ? formatted.spec : {}) } });
}

/** {@link inUse}, and it has said so of its present spec. */
export function ready(subnet: Subnet): Subnet {
  const used = inUse(subnet), { generation = 0 } = used.metadata;
  const condition: Condition = {
    type: "Ready",
    status: "True",
    reason: "Ready",
    message: "",
    observedGeneration: generation,
  };
  return { ...used, status: { conditions: [condition] } };
}

/** A Vpc that holds on, unless `finalizers` says otherwise. */
export function vpc(name = "ovn-cluster", spec: Vpc["spec"] = {}, about: About = {}): Vpc {
  return { ...object(Vpc, name, { finalizers: [FINALIZER], ...about }), spec };
}

export function vlan(name: string, spec: Vlan["spec"] = {}, about: About = {}): Vlan {
  return { ...object(Vlan, name, about), spec };
}

/** `network("default/net1", "net1.default.ovn")`, with the provider that its configuration makes it. */
export function network(key: Key, provider?: string): NetworkAttachmentDefinition {
  const { metadata, ...rest } = pod(key);
  const { apiVersion, kind } = NetworkAttachmentDefinition;
  return { ...rest, apiVersion, kind, metadata, spec: provider ? { provider } : {} };
}

export function namespace(name: string, about: About = {}): Namespace {
  return object(Namespace, name, about);
}

export function node(name: string, about: About = {}): Node {
  return object(Node, name, about) as Node;
}

/** `pod("prod/web-0")`, scheduled to a node. */
export function pod(
  key: string,
  about: About & { readonly spec?: Pod["spec"]; readonly phase?: "Running" | "Succeeded" | "Failed" } = {},
): Pod {
  const [namespace = "", name = ""] = key.split("/");
  const { metadata, ...rest } = object(Pod, name, about);
  return {
    ...rest,
    metadata: { ...metadata, namespace },
    spec: { nodeName: "n1", ...about.spec },
    status: { phase: about.phase ?? "Running" },
  };
}

interface RecordOf {
  /** `namespace/pod`, or a node. */
  readonly owner: string;
  /** @default ovn */
  readonly provider?: string;
  readonly subnet: string;
  readonly addresses: readonly string[];
  readonly mac?: string;
  /** A user's; nobody wears it yet. */
  readonly reserved?: boolean;
}

/** The record of a pod's or a node's interface. */
export function ip(
  { owner, provider, subnet, addresses, mac = "02:00:00:00:00:01", reserved = false }: RecordOf,
  about: About = {},
): IP {
  const [last = "", namespace = ""] = owner.split("/").reverse();
  const annotations = { [OWNER_UID]: `${last}-uid`, [OWNER_KEY]: owner, [SUBNET_UID]: `${subnet}-uid` };
  const name = namespace ? recordName({ name: last, namespace }, provider) : `node-${last}`;
  return {
    ...object(IP, name, {
      labels: { [IP_RESERVED_LABEL]: String(reserved) },
      ...(reserved ? {} : { annotations }),
      ...about,
    }),
    spec: {
      podName: last,
      namespace,
      subnet,
      ipAddress: addresses.join(","),
      v4IpAddress: addresses.find((a) => !a.includes(":")) ?? "",
      v6IpAddress: addresses.find((a) => a.includes(":")) ?? "",
      macAddress: mac,
    },
  };
}

/** Of Subnet `ovn-default`, unless said otherwise. */
export function pool(name: string, spec: Partial<IPPool["spec"]>, about: About = {}): IPPool {
  return { ...object(IPPool, name, about), spec: { subnet: "ovn-default", ips: [], ...spec } };
}

/** An object of ours, such as a Vip, with the status that it shows. */
export function holder<K extends Kind>(
  kind: K,
  name: string,
  { spec, status, ...about }: About & Pick<Of<K>, "spec" | "status">,
): Of<K> {
  return { ...object(kind, name, about), spec, ...(status ? { status } : {}) } as Of<K>;
}

interface ClaimOf {
  readonly subnet: string;
  readonly address: string;
  /** Name of the record that holds it. */
  readonly holder: string;
  readonly ownerKey?: string;
  /** Of a holder that is no record. */
  readonly kind?: string;
}

/** The claim of one address by a record, or by an object that holds addresses itself. */
export function claim({ subnet, address, holder, ownerKey = "app/p", kind }: ClaimOf): AddressClaim {
  return {
    ...object(AddressClaim, claimName(subnet, address), {}),
    spec: {
      subnet,
      subnetUid: `${subnet}-uid`,
      address,
      holder: { kind: kind ?? "IP", name: holder, uid: `${holder}-uid` },
      ...(kind ? {} : { ownerKey }),
    },
  };
}

/** The same object, held by our finalizer. */
export function held<T extends Obj>(object: T): T {
  return { ...object, metadata: { ...object.metadata, finalizers: [FINALIZER] } };
}

export interface WorldOptions {
  /** Held Subnets were counted by a census. @default true */
  readonly counted?: boolean;
  /** Everything was there before this process began. @default false */
  readonly inherited?: boolean;
  readonly onRead?: (kind: Kind) => void;
}

/** A view of these objects; each kind in the order given. */
export function world(...objects: readonly Obj[]): View {
  return worldOf(objects).view;
}

/** {@link world} with what some tests want to see besides. */
export function worldOf(
  objects: readonly Obj[],
  { counted = true, inherited = false, onRead }: WorldOptions = {},
): { readonly store: Store; readonly view: View } {
  const finalizers = [rules.finalizer, ...rules.formerFinalizers];
  const store = new Store({ relations, projections, finalizers, census: [Subnet] });
  if (!inherited) store.begin();
  for (const object of objects) store.observe(kindOf(object), frozen(object));
  if (counted) { for (const object of store.values(Subnet)) store.establish(Subnet, object); }
  return { store, view: viewOf(store, onRead) };
}

const byName = new Map<string, Kind>(kinds.map((kind) => [kind.kind, kind]));

export function kindOf(object: Obj): Kind {
  const kind = byName.get(object.kind);
  if (!kind) throw new Error(`${object.kind} is no kind that is watched`);
  return kind;
}

const EPOCH = "2026-01-01T";

function object(kind: Kind, name: string, about: About) {
  const { uid = `${name}-uid`, born = 0, generation = 1, going = false, labels, annotations, finalizers } =
    about;
  const clock = `${String(Math.floor(born / 60)).padStart(2, "0")}:${String(born % 60).padStart(2, "0")}`;
  const metadata: Meta = {
    name,
    uid,
    resourceVersion: "1",
    generation,
    creationTimestamp: `${EPOCH}${clock}:00Z`,
    ...(labels ? { labels } : {}),
    ...(annotations ? { annotations } : {}),
    ...(finalizers ? { finalizers } : {}),
    ...(going ? { deletionTimestamp: `${EPOCH}23:00:00Z` } : {}),
  };
  return { apiVersion: kind.apiVersion, kind: kind.kind, metadata };
}

/** A handler that changes what it was shown fails at once. */
function frozen<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(frozen);
  }
  return value;
}
