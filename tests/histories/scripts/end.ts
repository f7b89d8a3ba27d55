/** What a world has come to, so that two of them can be compared: names in place of what is drawn, and nothing of time. */
import { AddressClaim } from "../../../crds/address_claim.ts";
import { IP } from "../../../crds/ip.ts";
import { Pod } from "../../../crds/foreign.ts";
import { holderKinds } from "../../../crds/holders.ts";
import { isAlive } from "../../../crds/published.ts";
import { type Condition, keyOf, type Kind, type Obj } from "../../../reconcile/kind.ts";
import type { Cluster } from "../cluster.ts";
import type { World } from "../world.ts";
import type { Script } from "./script.ts";

/** Text of every object, by kind and name. */
export type End = Readonly<Record<string, string>>;

/** @param script what it names itself stays as it is */
export function endOf({ cluster }: World, script: Script): End {
  const names = namesIn(cluster, JSON.stringify(script));
  for (const kind of cluster.kinds) {
    for (const object of cluster.all(kind)) {
      names.set(object.metadata.uid, named(nameOf(kind, object), names));
    }
  }
  const end: Record<string, string> = {};
  for (const kind of cluster.kinds) {
    for (const object of cluster.all(kind)) {
      end[named(nameOf(kind, object), names)] = named(
        JSON.stringify(told(shown(object)), undefined, 1),
        names,
      );
    }
  }
  return Object.fromEntries(Object.entries(end).sort(([a], [b]) => a < b ? -1 : 1));
}

const nameOf = ({ kind }: Kind, object: Obj): string => `${kind} ${keyOf(object)}`;

/** Addresses and MACs are known by who has them, and claims by what they claim. */
function namesIn(cluster: Cluster, written: string): Map<string, string> {
  const names = new Map<string, string>();
  const add = (drawn: string | undefined, name: string) => {
    if (drawn && !written.includes(`"${drawn}"`)) names.set(drawn, name);
  };
  for (const { metadata, spec: { address, holder } } of cluster.all(AddressClaim)) {
    add(address, `<IPv${address.includes(":") ? 6 : 4} of ${holder.kind} ${holder.name}>`);
    names.set(metadata.name, `<claim of ${names.get(address) ?? address}>`);
  }
  for (const record of cluster.all(IP)) add(record.spec.macAddress, `<MAC of ${keyOf(record)}>`);
  for (const { kind, macOf } of holderKinds) {
    for (const holder of cluster.all(kind)) add(macOf(holder), `<MAC of ${nameOf(kind, holder)}>`);
  }
  return names;
}

const named = (text: string, names: ReadonlyMap<string, string>): string =>
  text.replace(/[\w.:-]+/g, (word) => names.get(word) ?? (UID.test(word) ? "of something gone" : word));

const UID = /^u\d+$/;

/** A pod that has ended still shows what it had, which may be somebody else's by now. */
const shown = (object: Obj): unknown =>
  object.kind === Pod.kind && !isAlive(object as Pod) ? "has ended" : object;

/**
 * When, in which version and on which node something happened is a matter of the schedule, and so are the ends of a range, and the
 * marks that steps of the register's protocol leave behind.
 */
const CHANCE =
  /^(resourceVersion|generation|.*Timestamp|.*Time|nodeName|.*node-name|.*[rR]ange|.*startedAt|.*\/(withdrawn|used))$/;

/** Who is in the way is told in the order of their names, which have addresses in them. */
const isChance = (field: string, of: object): boolean =>
  CHANCE.test(field) || (field === "message" && (of as Condition).reason === "InUse");

/** In the order of its fields' names. */
function told(value: unknown, generation?: number): unknown {
  if (Array.isArray(value)) return value.map((each) => told(each, generation));
  if (typeof value !== "object" || value === null) return value;
  const its = (value as Obj).metadata?.generation ?? generation;
  const fields = Object.entries(value).filter(([field]) => !isChance(field, value)).map((
    [field, inner],
  ) => [field, field === "observedGeneration" ? inner === its : told(inner, its)] as const);
  return Object.fromEntries(
    fields.filter(([, inner]) => !isEmpty(inner)).sort(([a], [b]) => a < b ? -1 : 1),
  );
}

const isEmpty = (value: unknown): boolean =>
  typeof value === "object" && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;
