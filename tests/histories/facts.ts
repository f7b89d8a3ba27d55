/** What the store alone does not tell: who was told which address by us, and what users did to the register by hand. */
import type { AddressClaim } from "../../crds/address_claim.ts";
import { OVN, podKey } from "../../crds/annotations.ts";
import { Node, Pod } from "../../crds/foreign.ts";
import { holderKinds, placeOf } from "../../crds/holders.ts";
import { memberOf, ownerKeyOfPod } from "../../crds/identity.ts";
import { IP, mcastRecordName, nodeRecordName, recordName, u2oRecordName } from "../../crds/ip.ts";
import { FINALIZER } from "../../crds/labels.ts";
import { isAlive, networksShownBy, publicationOf } from "../../crds/published.ts";
import { addressesOf, ownerKeyOf } from "../../crds/record.ts";
import { Subnet } from "../../crds/subnet.ts";
import type { Announcement } from "../../reconcile/announce.ts";
import { type Condition, isDeleting, type Key, keyOf, type Kind, type Obj } from "../../reconcile/kind.ts";
import type { Plan } from "../../reconcile/plan.ts";
import { kindNamed, type Records, type Write } from "./cluster.ts";
import type { Replica } from "./replica.ts";
import type { World } from "./world.ts";

/** What the operator last told an object that is alive and still shows it, of one of its networks. */
export interface Told {
  readonly kind: Kind;
  readonly uid: string;
  readonly owner: Key;
  /** Of a Pod's network; `ovn` for everything else. */
  readonly provider: string;
  /** Who holds it: the record of a Pod's or Node's interface, or the object itself. */
  readonly holder: { readonly kind: string; readonly name: string };
  readonly subnet: string;
  readonly addresses: readonly string[];
  readonly mac: string | undefined;
  /** It showed this before we wrote it: somebody else told it so, or it did itself. */
  readonly adopted: boolean;
}

/** What facts are taken from; where no replica is known, nothing is known of plans and Events. */
interface Surroundings extends Pick<World, "replicas" | "said"> {
  readonly cluster: Records;
}

export class Facts {
  readonly cluster: Records;
  /** By uid of who was told. */
  readonly #told = new Map<string, readonly Told[]>();
  /** By `<subnet> <address>`. */
  readonly #tellers = new Map<string, Set<Told>>();
  /** Names of records, and of claims, that somebody changed or deleted by hand, until all is as it was. */
  readonly touched = new Set<string>();
  /** Uids of objects from which somebody took our finalizer, or a claim, by force. */
  readonly stripped = new Set<string>();
  /** Every spec that a Subnet has had, by its uid. */
  readonly specs = new Map<string, Subnet["spec"][]>();
  /** Version of the commit that gave an object its deletionTimestamp, by its uid. */
  readonly goingSince = new Map<string, number>();
  /** What pods of a key, and reservations for them, ever asked for. */
  readonly asked = new Map<string, Set<string>>();
  /** `<key> <address>` for all that pods and nodes of a key ever showed of their own accord. */
  readonly forged = new Set<string>();
  /** `<uid of a reservation> <address>` for every claim that one has held. */
  readonly honoured = new Set<string>();

  /** What tenants wrote that is nobody else's business, and the namespace of each. */
  readonly secrets = new Map<string, string>();

  readonly #world: Surroundings;

  constructor(world: Surroundings) {
    this.#world = world;
    this.cluster = world.cluster;
  }

  /** What whoever leads wants for an object now. */
  plannedFor(kind: Kind, key: Key): Plan | undefined {
    return this.#leader?.engine.explain(kind, key)?.plan;
  }

  /** The last Warning about an object of any replica whose last Event about it that was. */
  warningAbout(uid: string): Announcement | undefined {
    return this.#world.said.map((said) => said.get(uid)).find((event) => event?.type === "Warning");
  }

  get #leader(): Replica | undefined {
    return this.#world.replicas.find((replica) => replica.leads);
  }

  note(write: Write): void {
    const { kind, object, previous, type, rv } = write, { metadata } = object;
    if (metadata.deletionTimestamp && !previous?.metadata.deletionTimestamp) {
      this.goingSince.set(metadata.uid, rv);
    }
    const letsGo = type === "DELETED" || (isHeld(previous) && !isHeld(object));
    if (write.by === "user" && write.request?.verb !== "delete" && letsGo) this.stripped.add(metadata.uid);
    const secret = write.by === "user" && metadata.annotations?.[SECRET];
    if (secret) this.secrets.set(secret, metadata.namespace ?? "");
    switch (kind.kind) {
      case "Pod":
      case "Node":
      case "Vip":
      case "OvnEip":
      case "IptablesEIP":
        return this.#owner(write);
      case "IP":
        if (write.by === "user") this.#reserved(object);
        return;
      case "AddressClaim":
        return this.#claim(write);
      case "Subnet":
        this.#subnet(object);
        return this.#owner(write);
    }
  }

  /** Who has an address. */
  tellersOf(subnet: string, address: string): readonly Told[] {
    return [...this.#tellers.get(`${subnet} ${address}`) ?? []];
  }

  /** What an object was told of its networks. */
  toldTo(uid: string): readonly Told[] {
    return this.#told.get(uid) ?? [];
  }

  *everyTold(): Iterable<Told> {
    for (const all of this.#told.values()) yield* all;
  }

  #owner({ by, kind, object, previous, type, request }: Write): void {
    const { uid } = object.metadata, alive = type !== "DELETED" && isHolding(kind, object);
    if (by === "user" || (by === "kubernetes" && type === "ADDED")) this.#ask(kind, object);
    if (!alive) return this.#set(uid, []);
    const before = this.toldTo(uid), now = shownBy(kind, object);
    const tells = typeof by === "number" && request?.verb === "apply" && tellsIn(kind, request.body);
    if (tells) {
      const shown = previous ? shownBy(kind, previous) : [];
      this.#set(uid, now.map((told) => ({ ...told, adopted: isAdopted(told, { before, shown }) })));
    } else {
      const rest = before.filter((told) => now.some((each) => isSame(each, told)));
      if (rest.length < before.length) this.#set(uid, rest);
    }
  }

  #claim({ by, object, type }: Write): void {
    const { address, holder, subnetUid } = (object as AddressClaim).spec;
    if (by === "user") this.touched.add(object.metadata.name);
    if (by === "user" && type === "DELETED") this.stripped.add(subnetUid);
    if (type !== "DELETED") this.honoured.add(`${holder.uid} ${address}`);
    else if (by === "user") this.honoured.delete(`${holder.uid} ${address}`);
  }

  #reserved(record: IP): void {
    this.touched.add(record.metadata.name);
    this.#wishes(ownerKeyOf(record) ?? "", addressesOf(record));
  }

  #subnet(subnet: Subnet): void {
    const { uid } = subnet.metadata, known = this.specs.get(uid);
    if (!known) this.specs.set(uid, [subnet.spec]);
    else if (known.at(-1) !== subnet.spec) known.push(subnet.spec);
  }

  #ask(kind: Pick<Kind, "kind">, object: Obj): void {
    const own = kind.kind === Pod.kind ? ownerKeyOfPod(object as Pod) : keyOf(object);
    const key = RECORDED.includes(kind.kind) ? own : `${kind.kind} ${own}`;
    this.#wishes(key, wishesOf(kind, object));
    for (const { addresses } of shownBy(kind, object)) {
      for (const address of addresses) this.forged.add(`${key} ${address}`);
    }
  }

  #wishes(key: string, addresses: readonly string[]): void {
    const asked = this.asked.get(key) ?? new Set();
    for (const address of addresses) asked.add(address);
    this.asked.set(key, asked);
  }

  #set(uid: string, now: readonly Told[]): void {
    for (const told of this.toldTo(uid)) {
      for (const address of told.addresses) this.#tellers.get(`${told.subnet} ${address}`)?.delete(told);
    }
    if (now.length === 0) this.#told.delete(uid);
    else this.#told.set(uid, now);
    for (const told of now) {
      for (const address of told.addresses) {
        const key = `${told.subnet} ${address}`;
        this.#tellers.set(key, (this.#tellers.get(key) ?? new Set()).add(told));
      }
    }
  }
}

/** A Subnet that is going does not wait for what it has itself: it has nothing any more. */
function isHolding({ kind }: Pick<Kind, "kind">, object: Obj): boolean {
  return kind === Pod.kind ? isAlive(object as Pod) : kind !== Subnet.kind || !isDeleting(object);
}

/** Where tenants keep theirs. */
export const SECRET = "example.com/token";

/** Those whose addresses a record holds. */
const RECORDED: readonly string[] = [Pod.kind, Node.kind, Subnet.kind];

/** What an object shows, one for each network. */
export function shownBy(
  { kind: kindName }: Pick<Kind, "kind">,
  object: Obj,
): readonly Omit<Told, "adopted">[] {
  const kind = kindNamed(kindName), { uid, name, namespace = "" } = object.metadata;
  const common = { kind, uid, owner: keyOf(object) };
  const row = holderKinds.find((each) => each.kind.kind === kind.kind);
  if (row) {
    const addresses = row.shownBy(object), mac = row.macOf(object) || undefined;
    if (addresses.length === 0) return [];
    return [{
      ...common,
      provider: OVN,
      holder: { kind: kind.kind, name },
      subnet: placeOf(row, object),
      addresses,
      mac,
    }];
  }
  if (kind.kind === Subnet.kind) return ownShownBy(object as Subnet);
  return networksShownBy(object).flatMap((network) => {
    const shown = publicationOf(object, network);
    if (!shown) return [];
    const record = kind.kind === Pod.kind
      ? recordName({ name: memberOf(object as Pod), namespace }, network)
      : nodeRecordName(name);
    const mac = object.metadata.annotations?.[podKey(network, "mac_address")];
    return [{ ...common, ...shown, holder: { kind: IP.kind, name: record }, mac }];
  });
}

/** What a Subnet says of addresses that it has itself. */
function ownShownBy(subnet: Subnet): readonly Omit<Told, "adopted">[] {
  const { uid } = subnet.metadata, name = keyOf(subnet), { status = {} } = subnet;
  const one = (provider: string, record: string, [text, mac]: readonly (string | undefined)[]) =>
    text
      ? [{
        kind: Subnet,
        uid,
        owner: name,
        provider,
        holder: { kind: IP.kind, name: record },
        subnet: name,
        addresses: text.split(","),
        mac,
      }]
      : [];
  return [
    ...one("u2o", u2oRecordName(status.u2oInterconnectionVPC ?? "", name), [
      status.u2oInterconnectionIP,
      status.u2oInterconnectionMAC,
    ]),
    ...one("mcast", mcastRecordName(name), [status.mcastQuerierIP, status.mcastQuerierMAC]),
  ];
}

/** Whether a write tells an object its addresses; a status that says why it is not Ready repeats whatever it found. */
export function tellsIn({ kind }: Pick<Kind, "kind">, body: Obj): boolean {
  const row = holderKinds.find((each) => each.kind.kind === kind);
  if (kind === Subnet.kind) return ownShownBy(body as Subnet).length > 0 && isInOrder(body);
  if (!row) return networksShownBy(body).length > 0;
  const { conditions = [], ready = true } = (body.status ?? {}) as {
    readonly conditions?: readonly Condition[];
    readonly ready?: boolean;
  };
  return ready && row.shownBy(body).length > 0 &&
    conditions.some(({ type, status }) => type === "Ready" && status === "True");
}

/** Before the first Ready nothing was told yet: only what somebody else wrote is counted along. */
function isInOrder({ status }: Obj): boolean {
  const { conditions = [] } = (status ?? {}) as { conditions?: readonly Condition[] };
  return conditions.some(({ type, status }) => type === "Ready" && status !== "False");
}

/** The addresses that somebody may have asked for. */
function wishesOf(kind: Pick<Kind, "kind">, object: Obj): readonly string[] {
  if (kind.kind !== Pod.kind) {
    const spec = (object.spec ?? {}) as Readonly<Record<string, string | undefined>>;
    const { v4ip, v6ip, v4Ip, v6Ip, u2oInterconnectionIP = "" } = spec;
    return [v4ip, v6ip, v4Ip, v6Ip, ...u2oInterconnectionIP.split(",")].filter((wish) => wish !== undefined);
  }
  const wishes = Object.entries(object.metadata.annotations ?? {}).filter(([key]) =>
    /\/(ip_address|ip_pool|mac_address)$/.test(key)
  );
  return wishes.flatMap(([, wish]) => wish.split(/[,;]/));
}

type Shown = Omit<Told, "adopted">;

function isAdopted(
  told: Shown,
  { before, shown }: { before: readonly Told[]; shown: readonly Shown[] },
): boolean {
  const was = before.find((each) => each.provider === told.provider);
  return was ? was.adopted : shown.some((each) => each.provider === told.provider);
}

const isSame = (a: Shown, b: Shown): boolean =>
  a.provider === b.provider && a.subnet === b.subnet && a.addresses.join() === b.addresses.join();

export const isHeld = (object: Obj | undefined): boolean =>
  object?.metadata.finalizers?.includes(FINALIZER) ?? false;
