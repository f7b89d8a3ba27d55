/** Networks that a pod has and does not ask for any more: it is told so first, and only then their records go (step W). */
import { DEFAULT_NETWORK, NETWORKS, podKey, podOutputs } from "../../crds/annotations.ts";
import { Pod } from "../../crds/foreign.ts";
import { ownerKeyOfPod } from "../../crds/identity.ts";
import { IP, providerOf } from "../../crds/ip.ts";
import { isAlive, networksShownBy } from "../../crds/published.ts";
import { PodReason } from "../../crds/reasons.ts";
import { isReservation, ownerUidOf } from "../../crds/record.ts";
import { keyOf, type Obj } from "../../reconcile/kind.ts";
import { type Release, yes } from "../../reconcile/plan.ts";
import type { View } from "../../reconcile/view.ts";
import { sharersIn, succeeds } from "./identity.ts";
import { interfacesOf } from "./interfaces.ts";
import { isTold } from "../interface/hold.ts";
import { sharedFences } from "../interface/wait.ts";
import { ownerOf } from "./hold.ts";
import { inWords, type Told } from "./told.ts";
import { isShown } from "../interface/shown.ts";

/** The providers of which it has a record, or shows what we told it. */
export function knownNetworks(pod: Pod, view: View): readonly string[] {
  const recorded = new Set(recordsOf(pod, view).map(providerOf));
  const shown = networksShownBy(pod).filter((provider) =>
    !recorded.has(provider) && isTold(ownerOf(pod, provider, view), view)
  );
  return [...recorded, ...shown];
}

/** Every key of these networks that is there is taken away, and that is said; nothing of those that the pod was not told of. */
export function cleared(pod: Pod, unplugged: readonly string[], view: View): Told {
  if (unplugged.length === 0) return { annotations: {}, conditions: {} };
  const shown = networksShownBy(pod), { annotations = {} } = pod.metadata;
  const gone = unplugged.filter((provider) => shown.includes(provider));
  const keys = gone.flatMap((provider) => podOutputs.map((suffix) => podKey(provider, suffix)));
  const released = recordsOf(pod, view).filter((record) => gone.includes(providerOf(record)));
  return {
    annotations: Object.fromEntries(keys.filter((key) => key in annotations).map((key) => [key, null])),
    conditions: Object.fromEntries(released.map((record) => {
      const provider = providerOf(record);
      return [`Released ${provider}`, yes(PodReason.PodNetworkReleased, inWords(provider, record))];
    })),
  };
}

/** A reservation stays its user's, and a record that others share stays while one of them shows it, or may want it. */
export function withdrawals(pod: Pod, unplugged: readonly string[], view: View): readonly Release[] {
  if (unplugged.length === 0) return [];
  const records = recordsOf(pod, view).filter((ip) =>
    unplugged.includes(providerOf(ip)) && !isReservation(ip) &&
    !sharersIn(ownerKeyOfPod(pod), view).some((each) =>
      keyOf(each) !== keyOf(pod) && isAlive(each) &&
      (isShown(each, ip, providerOf(ip)) || !interfacesOf(each, view).isUnplugged(providerOf(ip)))
    )
  );
  return records.map((record) => {
    const owner = ownerOf(pod, providerOf(record), view),
      { because, fences } = sharedFences(owner, record, view);
    const shows = (answer: Obj) =>
      isShown(answer as Pod, record, owner.provider) || !asksForTheSame(answer, pod);
    return {
      kind: IP,
      object: record,
      because,
      fences: [{ kind: Pod, object: pod, shows }, ...fences],
      mark: true,
    };
  });
}

/** One that another pod of the same machine is about to create is that one's yet. */
function recordsOf(pod: Pod, view: View): readonly IP[] {
  return view.referrers(IP, Pod, ownerKeyOfPod(pod)).filter((record) =>
    record.metadata.uid !== "" &&
    (ownerUidOf(record) === pod.metadata.uid || succeeds(pod, record, view))
  );
}

const asksForTheSame = (a: Obj, b: Obj): boolean =>
  [NETWORKS, DEFAULT_NETWORK].every((key) => a.metadata.annotations?.[key] === b.metadata.annotations?.[key]);
