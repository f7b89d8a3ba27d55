/** A keeper whose template names another Subnet, or a pool of one: its next pod moves there (F2). */
import { identityOf } from "../../crds/identity.ts";
import type { Pod } from "../../crds/foreign.ts";
import { IP } from "../../crds/ip.ts";
import { IPPool } from "../../crds/ip_pool.ts";
import { isReservation, ownerKeyOf, ownerUidOf } from "../../crds/record.ts";
import { isDeleting, keyOf } from "../../reconcile/kind.ts";
import type { Wait } from "../../reconcile/plan.ts";
import type { View } from "../../reconcile/view.ts";
import { sharersIn } from "./identity.ts";
import type { Interface, Owner } from "../interface/owner.ts";
import { withdrawn } from "../interface/wait.ts";
import type { PodRequest, RequestResult } from "./request.ts";
import { isShown } from "../interface/shown.ts";

interface Wish {
  /** Read only where it matters: a pod that has its record asks for nothing any more. */
  readonly asked: () => RequestResult;
  /** What the pod would get anew. */
  readonly choose: () => Interface | Wait | undefined;
}

/**
 * The old record goes once the new Subnet has an address for the pod; until then it stays, and the pod waits.
 *
 * @returns undefined where nobody moves.
 */
export function moving(
  owner: Owner,
  { asked, choose }: Wish,
  view: View,
): Wait | undefined {
  const pod = owner.object as Pod, record = view.get(IP, owner.record);
  if (!record || !identityOf(pod) || isReservation(record) || isDeleting(record)) return undefined;
  if (ownerKeyOf(record) !== owner.key) return undefined;
  if (ownerUidOf(record) !== pod.metadata.uid && !owner.succeeds(record)) return undefined;
  if ([pod, ...sharersIn(owner.key, view)].some((each) => isShown(each, record, owner.provider))) {
    return undefined;
  }
  const from = record.spec.subnet, read = asked(), to = read.ok ? destination(read.request, view) : undefined;
  if (to === undefined || to === from) return undefined;
  const found = choose();
  if (found === undefined || "verdict" in found) return found;
  const message = `${keyOf(record)} moves from Subnet ${from} to ${found.subnet}`;
  return { ...withdrawn(owner, record, { message, because: [], until: [], view }), quiet: true };
}

/** The Subnet that is asked for, by name or by a pool of it; whoever asks for a Vip keeps what he has. */
function destination({ subnet, pool, vip }: PodRequest, view: View): string | undefined {
  return vip === undefined ? subnet ?? view.get(IPPool, pool)?.spec.subnet : undefined;
}
