/** What every kind that holds addresses plans alike; each says in its own words what its status and its spec are told. */
import { subnetLabel } from "../../crds/labels.ts";
import { HolderReason } from "../../crds/reasons.ts";
import { isDeleting, keyOf, type Kind, type Obj } from "../../reconcile/kind.ts";
import { desired, type Entry, type Plan, wait, want, yes } from "../../reconcile/plan.ts";
import type { View } from "../../reconcile/view.ts";
import { fieldsText } from "../common/fields.ts";
import { type Holding, holdingOf } from "./holder.ts";
import { changeDenied, type Fields, wantedOf } from "./request.ts";

/** What an object is told, under the names that its kind has for it. */
export interface Told {
  readonly status: Readonly<Record<string, unknown>>;
  /** What its author wrote; else what it was given, if there is such a thing. Written once its status shows it. */
  readonly spec: Readonly<Record<string, string | undefined>>;
  /** Beside the one that names the Subnet. */
  readonly labels?: Readonly<Record<string, string>>;
}

interface Asking {
  readonly kind: Kind;
  readonly object: Obj;
  /** As its spec has them. */
  readonly fields: Fields;
}

export function holderPlan(
  { kind, object, fields }: Asking,
  view: View,
  tell: (holding: Holding) => Told,
): Plan {
  const self = [[kind, keyOf(object)]] as const;
  if (isDeleting(object)) {
    return wait({ reason: `${kind.kind}Deleting`, message: "it is being deleted" }, self);
  }
  const wanted = wantedOf(fields);
  if (!wanted.ok) return wait({ reason: wanted.refusal.word, message: wanted.refusal.message }, self);
  const holding = holdingOf({ kind, object, ...wanted.value }, view);
  if ("verdict" in holding) return holding;
  const { claims, release, published, subnet, addresses, mac } = holding, told = tell(holding);
  const ip = [addresses.v4, addresses.v6].filter((each) => each !== undefined).join(",");
  return desired({
    claims,
    release,
    apply: [written({ kind, object }, holding, told)],
    status: told.status,
    conditions: {
      Ready: yes(HolderReason.AddressAllocated, fieldsText({ subnet, ip, mac })),
      ...(published ? changeDenied(fields, holding) : {}),
    },
  });
}

function written(
  { kind, object }: Pick<Asking, "kind" | "object">,
  { subnet, published }: Holding,
  { spec, labels = {} }: Told,
): Entry {
  const complete = Object.fromEntries(Object.entries(spec).filter(([, value]) => value));
  return want(kind, {
    metadata: { name: object.metadata.name, labels: { ...subnetLabel(subnet), ...labels } },
    ...(published ? { spec: complete } : {}),
  });
}
