/** What the store alone does not tell: who was told which address by us, and what users did to the register by hand. */
import type { AddressClaim } from "../../crds/address_claim.ts";
import { podKey } from "../../crds/annotations.ts";
import { Node } from "../../crds/foreign.ts";
import { type IP, nodeRecordName, recordName } from "../../crds/ip.ts";
import { FINALIZER } from "../../crds/labels.ts";
import { isAlive, publishedBy } from "../../crds/published.ts";
import { addressesOf, ownerKeyOf } from "../../crds/record.ts";
import type { Subnet } from "../../crds/subnet.ts";
import type { Announcement } from "../../reconcile/announce.ts";
import { type Key, keyOf, type Kind, type Obj } from "../../reconcile/kind.ts";
import type { Plan } from "../../reconcile/plan.ts";
import type { Cluster, Write } from "./cluster.ts";
import type { Replica } from "./replica.ts";
import type { World } from "./world.ts";

/** What the operator last wrote on a Pod or Node that is alive and still shows it. */
export interface Told {
  readonly uid: string;
  /** Key of the Pod or Node. */
  readonly owner: string;
  /** Name of its record. */
  readonly record: string;
  readonly subnet: string;
  readonly addresses: readonly string[];
  readonly mac: string | undefined;
  /** It showed this before we wrote it: somebody else told it so, or it did itself. */
  readonly adopted: boolean;
}

export class Facts {
  readonly cluster: Cluster;
  /** By uid of the Pod or Node. */
  readonly told = new Map<string, Told>();
  /** Uids of those told an address, by `<subnet> <address>`. */
  readonly tellers = new Map<string, Set<string>>();
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

  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
    this.cluster = world.cluster;
  }

  /** What whoever leads wants for an object now. */
  plannedFor(kind: Kind, key: Key): Plan | undefined {
    return this.#leader.engine.explain(kind, key)?.plan;
  }

  /** The last Warning about an object of any replica whose last Event about it that was. */
  warningAbout(uid: string): Announcement | undefined {
    return this.#world.said.map((said) => said.get(uid)).find((event) => event?.type === "Warning");
  }

  get #leader(): Replica {
    return this.#world.replicas.find((replica) => replica.leads)!;
  }

  note(write: Write): void {
    const { kind, object, previous, type, rv } = write, { metadata } = object;
    if (metadata.deletionTimestamp && !previous?.metadata.deletionTimestamp) {
      this.goingSince.set(metadata.uid, rv);
    }
    const letsGo = type === "DELETED" || (isHeld(previous) && !isHeld(object));
    if (write.by === "user" && write.request?.verb !== "delete" && letsGo) this.stripped.add(metadata.uid);
    switch (kind.kind) {
      case "Pod":
      case "Node":
        return this.#owner(write);
      case "IP":
        if (write.by === "user") this.#reserved(object);
        return;
      case "AddressClaim":
        return this.#claim(write);
      case "Subnet":
        return this.#subnet(object);
    }
  }

  tellersOf(subnet: string, address: string): Iterable<Told> {
    return [...this.tellers.get(`${subnet} ${address}`) ?? []].map((uid) => this.told.get(uid)!);
  }

  #owner({ by, object, previous, type, request }: Write): void {
    const { uid } = object.metadata,
      alive = type !== "DELETED" && (object.kind === Node.kind || isAlive(object));
    if (by === "user") this.#ask(object);
    if (!alive) return this.#forget(uid);
    const tells = typeof by === "number" && request?.verb === "apply" && publishedBy(request.body).length > 0;
    if (tells) {
      const before = this.told.get(uid), adopted = before ? before.adopted : publishedBy(previous).length > 0;
      this.#tell({ ...toldBy(object), adopted });
    } else if (!sameShown(this.told.get(uid), object)) this.#forget(uid);
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

  #ask(pod: Obj): void {
    const key = keyOf(pod), annotations = pod.metadata.annotations ?? {};
    const wishes = ["ip_address", "ip_pool", "mac_address"].map((s) =>
      annotations[podKey("ovn", s as "ip_address")]
    );
    this.#wishes(key, wishes.flatMap((wish) => wish?.split(/[,;]/) ?? []));
    for (const { address } of publishedBy(pod)) this.forged.add(`${key} ${address}`);
  }

  #wishes(key: string, addresses: readonly string[]): void {
    this.asked.set(key, new Set([...this.asked.get(key) ?? [], ...addresses]));
  }

  #tell(told: Told): void {
    this.#forget(told.uid);
    this.told.set(told.uid, told);
    for (const address of told.addresses) {
      const key = `${told.subnet} ${address}`;
      this.tellers.set(key, (this.tellers.get(key) ?? new Set()).add(told.uid));
    }
  }

  #forget(uid: string): void {
    const told = this.told.get(uid);
    if (!told) return;
    this.told.delete(uid);
    for (const address of told.addresses) this.tellers.get(`${told.subnet} ${address}`)?.delete(uid);
  }
}

function toldBy(object: Obj): Omit<Told, "adopted"> {
  const shown = publishedBy(object), { uid, name, namespace } = object.metadata;
  return {
    uid,
    owner: keyOf(object),
    record: namespace ? recordName({ name, namespace }) : nodeRecordName(name),
    subnet: shown[0]?.subnet ?? "",
    addresses: shown.map((p) => p.address),
    mac: object.metadata.annotations?.[podKey("ovn", "mac_address")],
  };
}

export const isHeld = (object: Obj | undefined): boolean =>
  object?.metadata.finalizers?.includes(FINALIZER) ?? false;

function sameShown(told: Told | undefined, object: Obj): boolean {
  if (!told) return true;
  const now = toldBy(object);
  return now.subnet === told.subnet && now.addresses.join() === told.addresses.join();
}
