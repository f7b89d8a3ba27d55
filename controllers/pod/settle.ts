/**
 * All interfaces of a pod: held one by one, told at once.
 *
 * A pod that was told nothing yet waits for its last interface and takes nothing before, so that a pod which cannot be served drains
 * no Subnet. What a pod was told it keeps, whatever else it waits for.
 */
import { Pod } from "../../crds/foreign.ts";
import { networksShownBy } from "../../crds/published.ts";
import { desired, no, type Plan, type Trigger, type Wait, wait } from "../../reconcile/plan.ts";
import type { View } from "../../reconcile/view.ts";
import { holdOf, isTold } from "../interface/hold.ts";
import type { Interface } from "../interface/owner.ts";
import { carried } from "./annotations.ts";
import { ownerOf, wantedHold } from "./hold.ts";
import { interfacesOf, type PodInterface } from "./interfaces.ts";
import { type Held, type Told, toldOf } from "./told.ts";
import { cleared, knownNetworks, withdrawals } from "./unplug.ts";

export function settle(pod: Pod, view: View): Plan {
  const { wanted, waits, isUnplugged } = interfacesOf(pod, view), known = knownNetworks(pod, view);
  const unplugged = known.filter(isUnplugged), kept = known.filter((provider) => !isUnplugged(provider));
  const outcomes = holdsOf(pod, { wanted, kept }, view);
  const pending = together([...waits, ...outcomes.waits]);
  const held = pending ? outcomes.held.filter((each) => wasTold(pod, each)) : outcomes.held;
  const gone = cleared(pod, unplugged, view);
  const release = [...pending?.release ?? [], ...withdrawals(pod, unplugged, view)];
  if (pending && held.length === 0 && isEmpty(gone.annotations)) return { ...pending, release };
  // An apply that left out what it said before would take it away.
  const others = kept.filter((p) =>
    !held.some(({ provider }) => provider === p) && isTold(ownerOf(pod, p, view), view)
  );
  const told = merged([
    gone,
    ...others.map((provider) => ({ annotations: carried(pod, provider), conditions: {} })),
    ...held.map((each) => toldOf(pod, each, view)),
    {
      annotations: {},
      conditions: pending && !pending.quiet ? { Pending: no(pending.reason, pending.message) } : {},
    },
  ]);
  return desired({
    holds: held.map(({ hold }) => hold),
    annotate: isEmpty(told.annotations)
      ? []
      : [{ kind: Pod, object: pod, annotations: told.annotations, versioned: true }],
    conditions: told.conditions,
    release,
    ...(pending ? { until: pending.until } : {}),
  });
}

interface Outcomes {
  readonly held: readonly Held[];
  readonly waits: readonly Wait[];
}

/** Those that are wanted, and those that are there already and may not go. */
function holdsOf(
  pod: Pod,
  { wanted, kept }: { readonly wanted: readonly PodInterface[]; readonly kept: readonly string[] },
  view: View,
): Outcomes {
  const held: Held[] = [], waits: Wait[] = [], others: Interface[] = [];
  const add = (hold: ReturnType<typeof holdOf>, about: Omit<Held, "hold">) => {
    if (hold === undefined) return;
    if ("verdict" in hold) waits.push(hold);
    else held.push({ ...about, hold });
  };
  for (const each of wanted) {
    add(wantedHold(pod, each, { view, others }), { provider: each.provider, wanted: each });
  }
  for (const provider of kept) {
    if (wanted.some((each) => each.provider === provider)) continue;
    add(holdOf(ownerOf(pod, provider, view), view, () => undefined), { provider });
  }
  return { held, waits };
}

const wasTold = (pod: Pod, { provider, hold }: Held): boolean =>
  hold.published || (hold.met !== undefined && networksShownBy(pod).includes(provider));

/** One wait for all of them. */
function together(waits: readonly Wait[]): Wait | undefined {
  const [first, ...others] = waits;
  if (!first || others.length === 0) return first;
  const message = [...new Set(waits.map((each) => each.message))].join("; ");
  const [one, ...more] = waits.flatMap(({ until }): readonly Trigger[] => until) as [Trigger, ...Trigger[]];
  return wait({ reason: first.reason, message }, [one, ...more], {
    release: waits.flatMap(({ release }) => release),
    quiet: waits.every(({ quiet }) => quiet),
  });
}

function merged(all: readonly Told[]): Told {
  return {
    annotations: Object.assign({}, ...all.map(({ annotations }) => annotations)),
    conditions: Object.assign({}, ...all.map(({ conditions }) => conditions)),
  };
}

const isEmpty = (fields: object): boolean => Object.keys(fields).length === 0;
