/**
 * How an object that exists already holds addresses of a Subnet: an EIP, a Vip, an OvnEip (docs/register.md).
 *
 * | its status shows   | its claims              | then                                                                    |
 * |--------------------|-------------------------|-------------------------------------------------------------------------|
 * | nothing of ours    | none, or not all        | choose what is missing, and claim it: IPv4, IPv6, MAC                     |
 * | nothing of ours    | some that it must not have | withdraw those: the Subnet is going or gone, or it asks for others now |
 * | nothing of ours    | all                     | publish: the handler writes them into its status                        |
 * | addresses of ours  | all                     | nothing                                                                 |
 * | addresses of ours  | not all                 | claim them again, for it keeps them as long as it lives                  |
 *
 * A claim is withdrawn by writing its uid into the holder first ({@link WITHDRAWN}); the answer must not show the address. Whoever
 * publishes writes under a version of the holder that does not name the claim: one that came before makes the withdrawal stop, one
 * that comes later fails. The claims go with the holder's uid, which needs no Subnet (`crds/relations.ts`).
 */
import { AddressClaim, claimName } from "../../crds/address_claim.ts";
import { OVN, WITHDRAWN } from "../../crds/annotations.ts";
import { holderKind, placeOf } from "../../crds/holders.ts";
import { isObjectName } from "../../crds/object_name.ts";
import { ledger } from "../../crds/projections.ts";
import { Subnet } from "../../crds/subnet.ts";
import { type Family, familyOf, parseAddress } from "../../ipam/address.ts";
import { refusalByLayout } from "../../ipam/admit.ts";
import { freeMac, parseMac } from "../../ipam/mac.ts";
import { quote } from "../../ipam/quote.ts";
import { type Addresses, byFamily } from "../../ipam/requests.ts";
import { isDeleting, keyOf, type Kind, type Obj } from "../../reconcile/kind.ts";
import { type Entry, type Release, type Trigger, type Wait, wait, want } from "../../reconcile/plan.ts";
import type { View } from "../../reconcile/view.ts";
import { chooseAddresses } from "../pod/address.ts";
import { elderAt } from "../common/elder.ts";
import { isGuarded } from "../common/guarded.ts";
import type { Obstacle } from "../common/obstacle.ts";
import { usableSubnet } from "../subnet/named.ts";

/** An object and what it asks for. */
export interface Asker {
  /** One of `crds/holders.ts`. */
  readonly kind: Kind;
  readonly object: Obj;
  /** Canonical; a family that is not given is drawn. */
  readonly addresses: Addresses;
  /** Only this family of a dual-stack Subnet. */
  readonly family?: Family;
  /** Canonical; takes a claim. */
  readonly mac?: string | undefined;
}

/** What it has once the claims are made; for its handler to put into the plan. */
export interface Holding {
  /** The Subnet that the addresses are of. */
  readonly subnet: string;
  readonly addresses: Addresses;
  /** The one that it asked for or shows already, or one derived from its uid. */
  readonly mac: string;
  /** `Desired.claims`: its status is written once it is known to hold them. None when it shows and holds everything. */
  readonly claims: readonly Entry[];
  /** `Desired.release`: what another replica claimed for it at the same time. */
  readonly release: readonly Release[];
  /** Its status shows the addresses already: now they stay whatever its spec says. */
  readonly published: boolean;
}

/** The addresses of a holder, or what it waits for: then it is not Ready, and the reason is the error word. */
export function holdingOf(asker: Asker, view: View): Holding | Wait {
  const { kind, object } = asker;
  const claims = view.referrers(AddressClaim, kind, keyOf(object)).filter(({ metadata }) =>
    metadata.uid !== ""
  );
  const own = claims.filter(({ spec }) => spec.holder.uid === object.metadata.uid);
  const shown = promised(asker, own);
  if (shown.length > 0) return kept(asker, { own, shown }, view);
  const former = claims.filter((claim) => !own.includes(claim));
  if (former.length > 0) return leaving("an earlier object of this name held", former);
  return chosen(asker, own, view);
}

interface Own {
  readonly own: readonly AddressClaim[];
  readonly shown: readonly string[];
}

/**
 * What it was told. A status that shows none of its claims was edited and means nothing; one of a holder without any claim is believed:
 * Kube-OVN may have written it, and it asks for nothing that its spec could not ask for. Of a family that it claims, the claim is
 * believed, so a status that lost half of itself is completed.
 */
function promised({ kind, object }: Asker, own: readonly AddressClaim[]): readonly string[] {
  const held = own.map(({ spec }) => spec.address).sort();
  const shown = holderKind(kind).shownBy(object).filter((text) => parseAddress(text) !== undefined);
  if (shown.length === 0 || (held.length > 0 && !shown.some((address) => held.includes(address)))) return [];
  return ([4, 6] as const).flatMap((family) => {
    const claimed = held.filter((address) => isOf(address, family));
    const told = shown.find((address) => isOf(address, family));
    const kept = claimed.length === 0 || (told && claimed.includes(told)) ? told : claimed[0];
    return kept === undefined ? [] : [kept];
  });
}

/** It keeps what it was told. Who else has one of the addresses in the meantime keeps it, and the holder says so. */
function kept(asker: Asker, { own, shown }: Own, view: View): Holding | Wait {
  const { kind, object } = asker, row = holderKind(kind);
  const place = own[0]?.spec.subnet ?? placeOf(row, object);
  const mac = own.find(({ spec }) => parseMac(spec.address) !== undefined)?.spec.address ??
    lostMac(asker, place, view);
  const all = [...shown, ...(mac ? [mac] : [])];
  const missing = all.filter((address) => !own.some(({ spec }) => spec.address === address));
  for (const address of [...missing, ...(mac ? [] : [row.macOf(object)])]) {
    const obstacle = heldByOther(asker, claimName(place, address), view) ??
      impossible(asker, { place, address }, view) ??
      (own.length === 0 ? outranked(asker, { place, address }, view) : undefined);
    if (obstacle) return obstacle;
  }
  const subnet = view.get(Subnet, place), subnetUid = own[0]?.spec.subnetUid ?? subnet?.metadata.uid;
  // Without our finalizer a Subnet takes no claim, and one that lost its block may never have it again.
  const found = subnet && missing.length > 0 && !isGuarded(subnet) ? usableSubnet(place, view) : undefined;
  if (found && !found.ok) return shut(asker, found);
  if (subnetUid === undefined) {
    const message = `Subnet ${place} of ${shown.join(" and ")} does not exist`;
    return refused(asker, "NoSubnet", message, [[Subnet, place]]);
  }
  return {
    subnet: place,
    addresses: byFamily(shown),
    mac: mac ?? (row.macOf(object) || derivedMac(asker, place, view)),
    claims: missing.map((address) => entry(asker, { subnet: place, subnetUid, address })),
    release: own.filter(({ spec }) => !all.includes(spec.address)).map((claim) => withdrawn(asker, claim)),
    published: missing.length === 0 && shown.every((address) => row.shownBy(object).includes(address)),
  };
}

/** A MAC that was asked for, and whose claim somebody deleted. */
function lostMac({ kind, object }: Asker, subnet: string, view: View): string | undefined {
  const mac = holderKind(kind).macOf(object), former = view.former(AddressClaim, claimName(subnet, mac));
  return former?.spec.holder.uid === object.metadata.uid ? mac : undefined;
}

/** Nobody was told: what it asks for, what it claimed already, and for the rest the next free ones. */
function chosen(asker: Asker, own: readonly AddressClaim[], view: View): Holding | Wait {
  const { kind, object, family } = asker, name = holderKind(kind).subnetOf(object), { uid } = object.metadata;
  if (!isObjectName(name)) {
    const message = name ? `${quote(name)} is not the name of a Subnet` : "its spec names no Subnet";
    return refused(asker, "NoSubnet", `${message}; name one`);
  }
  const found = usableSubnet(name, view);
  if (!found.ok) {
    const lost = own.filter(({ spec }) => isLost(spec, view.get(Subnet, spec.subnet)));
    return shut(asker, found, lost.map((claim) => withdrawn(asker, claim)));
  }
  const { subnet, state } = found;
  const mine = own.filter(({ spec }) => spec.subnet === name && spec.subnetUid === subnet.metadata.uid);
  const space = view.project(ledger, name), self = new Set([uid, `${kind.kind} ${keyOf(object)}`]);
  const has = byFamily(mine.map(({ spec }) => spec.address));
  const wanted = { v4: asker.addresses.v4 ?? has.v4, v6: asker.addresses.v6 ?? has.v6 };
  const request = {
    subnet: undefined,
    addresses: wanted,
    choices: [],
    family,
    mac: undefined,
    vip: undefined,
  };
  const choice = chooseAddresses(request, { ...state, ledger: space, own: self });
  if (!choice.ok) {
    const { word, message } = choice.refusal, until = [[Subnet, name], ...(state.skip?.met ?? [])] as const;
    return refused(asker, word, `Subnet ${name}: ${message}`, until);
  }
  const conflict = asker.mac === undefined ? undefined : space.admit(asker.mac, { own: self });
  if (conflict) {
    return refused(asker, conflict.word, `Subnet ${name}: MAC ${conflict.message}`, [[Subnet, name]]);
  }
  const asked = [...choice.value, ...(asker.mac ? [asker.mac] : [])];
  const unwanted = own.filter((claim) => !mine.includes(claim) || !asked.includes(claim.spec.address));
  const condemned = own.filter((claim) => isCondemned(object, claim));
  const surplus = [...new Set([...condemned, ...unwanted])];
  if (surplus.length > 0) {
    return leaving("it does not ask for any more", surplus, surplus.map((claim) => withdrawn(asker, claim)));
  }
  return {
    subnet: name,
    addresses: byFamily(choice.value),
    mac: asker.mac ?? derivedMac(asker, name, view),
    claims: asked.map((address) => entry(asker, { subnet: name, subnetUid: subnet.metadata.uid, address })),
    release: [],
    published: false,
  };
}

interface Claimed {
  readonly subnet: string;
  readonly subnetUid: string;
  readonly address: string;
}

function entry({ kind, object }: Asker, { subnet, subnetUid, address }: Claimed): Entry {
  const { name, uid } = object.metadata;
  return want(AddressClaim, {
    metadata: { name: claimName(subnet, address) },
    spec: { subnet, subnetUid, address, holder: { kind: kind.kind, name, uid } },
  });
}

/** Going and gone are for ever; a Subnet that is not ready may come back. */
function isLost({ subnetUid }: AddressClaim["spec"], subnet: Subnet | undefined): boolean {
  return subnet?.metadata.uid !== subnetUid || isDeleting(subnet);
}

/** Whether somebody began to withdraw it: then it must go, and nobody may publish it. */
const isCondemned = ({ metadata }: Obj, claim: AddressClaim): boolean =>
  metadata.annotations?.[WITHDRAWN] === claim.metadata.uid;

function withdrawn({ kind, object }: Asker, claim: AddressClaim): Release {
  const row = holderKind(kind), { address } = claim.spec;
  // A MAC is told with an address: that of an EIP is in its spec, also before it has any.
  const shows = (answer: Obj) => {
    const shown = row.shownBy(answer);
    return shown.includes(address) || (shown.length > 0 && row.macOf(answer) === address);
  };
  return {
    kind: AddressClaim,
    object: claim,
    because: [],
    fences: [{ kind, object, shows }],
  };
}

/** Ends by itself. One that is condemned already goes first: the holder has room for one uid. */
function leaving(what: string, claims: readonly AddressClaim[], release: readonly Release[] = []): Wait {
  const [first, ...others] = claims.map((claim): Trigger => [AddressClaim, keyOf(claim)]);
  const message = `what ${what} is being released: ${claims.map(keyOf).join(", ")}`;
  return wait({ reason: "AddressConflict", message }, [first!, ...others], { release, quiet: true });
}

function heldByOther({ kind, object }: Asker, key: string, view: View): Wait | undefined {
  const claim = view.get(AddressClaim, key), holder = claim?.spec.holder;
  if (!holder || holder.uid === object.metadata.uid) return undefined;
  return refused(
    { kind, object },
    "AddressConflict",
    `${claim.spec.address} is held by ${holder.kind} ${holder.name}`,
    [
      [AddressClaim, key],
    ],
  );
}

/** Before our time somebody else had it. */
function outranked(
  asker: Asker,
  { place, address }: { readonly place: string; readonly address: string },
  view: View,
): Wait | undefined {
  const elder = elderAt({ own: [asker.object], subnet: place, address }, view);
  if (!elder) return undefined;
  const { kind, key } = elder;
  return refused(asker, "AddressConflict", `${address} is held by ${kind.kind} ${key}, which is older`, [[
    kind,
    key,
  ]]);
}

/** What the Subnet never gives out: with a claim on it the Subnet would serve nobody. */
function impossible(
  asker: Asker,
  { place, address }: { readonly place: string; readonly address: string },
  view: View,
): Wait | undefined {
  const parsed = parseAddress(address);
  if (parsed === undefined || !view.get(Subnet, place)) return undefined;
  const refusal = refusalByLayout(parsed, view.project(ledger, place).layout);
  return refusal && refused(asker, refusal.word, `Subnet ${place}: ${refusal.message}`, [[Subnet, place]]);
}

function refused(
  { kind, object }: Pick<Asker, "kind" | "object">,
  reason: string,
  message: string,
  until: readonly Trigger[] = [],
): Wait {
  return wait({ reason, message }, [[kind, keyOf(object)], ...until]);
}

/** Nothing may be claimed in its Subnet now. */
function shut(
  { kind, object }: Pick<Asker, "kind" | "object">,
  { message, until, passing = false }: Obstacle,
  release: readonly Release[] = [],
): Wait {
  return wait({ reason: "NoSubnet", message }, [[kind, keyOf(object)], ...until], {
    release,
    quiet: passing,
  });
}

function derivedMac({ kind, object }: Asker, subnet: string, view: View): string {
  const own = new Set([object.metadata.uid, `${kind.kind} ${keyOf(object)}`]),
    space = view.project(ledger, subnet);
  const isFree = (mac: string) => space.admit(mac, { own }) === undefined;
  return freeMac({ podUid: object.metadata.uid, provider: OVN }, { isFree });
}

function isOf(text: string, family: Family): boolean {
  const address = parseAddress(text);
  return address !== undefined && familyOf(address) === family;
}
