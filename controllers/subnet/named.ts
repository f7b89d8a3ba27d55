/** A Subnet that somebody names, and cannot do without. */
import { Subnet } from "../../crds/subnet.ts";
import type { View } from "../../reconcile/view.ts";
import { type Obstacle, obstacle } from "../common/obstacle.ts";
import { type InUse, type Open, openTo, type Unusable, usable } from "./usable.ts";

interface Found<S extends Open> {
  readonly ok: true;
  readonly subnet: Subnet;
  readonly state: S;
}

/** One that is {@link openTo} somebody. */
export function openSubnet(name: string, view: View): Found<Open> | Obstacle {
  return find(name, view, openTo);
}

/** One that is {@link usable}. */
export function usableSubnet(name: string, view: View): Found<InUse> | Obstacle {
  return find(name, view, usable);
}

function find<S extends Open>(
  name: string,
  view: View,
  judge: (subnet: Subnet, view: View) => S | Unusable,
): Found<S> | Obstacle {
  const subnet = view.get(Subnet, name), refused = `Subnet ${name} cannot be used`;
  if (!subnet) return obstacle(refused, "it does not exist", [[Subnet, name]]);
  const state = judge(subnet, view);
  if (state.ok) return { ok: true, subnet, state };
  return {
    ...obstacle(refused, state.message, state.until),
    passing: state.passing === true,
  };
}
