/** Administrators who lend what is another namespace's, and take it back. */
import { Namespace } from "../../../crds/foreign.ts";
import { ClusterRole, ClusterRoleBinding, lent, lentTo } from "../../rights.ts";
import { bindingOf, roleOf, type Thing } from "../rights.ts";
import { create, type Doing, one, remove } from "./user.ts";

const LENDABLE: readonly Thing[] = [
  "subnets/sn1",
  "subnets/sn2",
  "subnets/join",
  "ippools/gold",
  "ippools/tin",
  "vips/v0",
];

/** The roles; whom they are bound to is decided later. */
export const lendable = LENDABLE.map((thing) => create(ClusterRole, lent(roleOf(thing), thing)));

const lend: Doing = (cluster, random) => {
  const namespace = one(cluster, random, Namespace)?.metadata.name, thing = random.pick(LENDABLE);
  if (namespace === undefined || cluster.get(ClusterRoleBinding, bindingOf(thing, namespace))) {
    return undefined;
  }
  return create(
    ClusterRoleBinding,
    lentTo(roleOf(thing), `${namespace}/default`, bindingOf(thing, namespace)),
  );
};

const takeBack: Doing = (cluster, random) => {
  const binding = one(cluster, random, ClusterRoleBinding);
  return binding && remove(ClusterRoleBinding, binding.metadata.name);
};

/** What they do. */
export const rights: Readonly<Record<string, Doing>> = { lend, "take back": takeBack };
