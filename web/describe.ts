/** Plans, writes and commits as plain data: what has functions or whole objects in it becomes names and values. */
import type { Json, Request } from "../kube/api.ts";
import { type Key, keyOf, type Kind, type Obj } from "../reconcile/kind.ts";
import type { Commit, Exchange } from "../reconcile/journal.ts";
import type { Entry, Fact, Fence, Hold, Plan, Release } from "../reconcile/plan.ts";
import { verdictsOf } from "../reconcile/report.ts";
import type { Write } from "../reconcile/write.ts";

/** `Subnet blue`, `Pod shop/web-0` */
export const nameOf = (kind: Pick<Kind, "kind">, key: Key): string => `${kind.kind} ${key}`;
const nameOfObject = (kind: Kind, object: Obj): string => nameOf(kind, keyOf(object));
const nameOfEntry = ([kind, intent]: Entry): string => nameOf(kind, keyOf(intent));

export function describePlan(plan: Plan): Json {
  const common = {
    verdict: plan.verdict,
    conditions: verdictsOf(plan),
    release: plan.release.map(describeRelease),
  };
  if (plan.verdict === "wait") {
    const waitsFor = [...new Set(plan.until.map(([kind, key]) => nameOf(kind, key)))];
    return {
      ...common,
      waitsFor,
      ...(plan.upkeep.length > 0 ? { apply: plan.upkeep.map(describeEntry) } : {}),
    };
  }
  return {
    ...common,
    holds: plan.holds.map(describeHold),
    claims: plan.claims.map(describeEntry),
    apply: plan.apply.map(describeEntry),
    annotate: plan.annotate.map(({ kind, object, annotations }) => ({
      target: nameOfObject(kind, object),
      annotations,
    })),
    status: plan.status,
  };
}

/** One write, with its target and what it carries. */
export function describeWrite(write: Write): Json {
  const { phase } = write;
  switch (write.phase) {
    case "guard":
      return { phase, does: "add our finalizer", target: nameOfObject(write.kind, write.object) };
    case "census":
      return { phase, does: "read a consistent list", target: write.kind.plural };
    case "hold":
      return { phase, does: "take both locks", ...describeHold(write.hold) };
    case "claim":
      return { phase, does: "create", ...describeEntry(write.entry) };
    case "confirm": {
      const targets = [...write.holds.map(({ record }) => record), ...write.claims].map(nameOfEntry);
      return { phase, does: "read live what it stands on", targets };
    }
    case "apply":
      return { phase, does: write.uid === undefined ? "create" : "change", ...describeEntry(write.entry) };
    case "annotate": {
      const { annotations } = write;
      return { phase, does: "annotate", target: nameOfObject(write.kind, write.object), annotations };
    }
    case "report": {
      const { conditions, status } = write;
      return { phase, does: "report", target: nameOfObject(write.kind, write.object), conditions, status };
    }
    case "release":
      return { phase, does: "delete", ...describeRelease(write) };
    case "unguard": {
      const unless = write.unless.map(({ child }) => child.kind);
      const because = write.because.map(describeFact);
      return {
        phase,
        does: "remove our finalizer",
        target: nameOfObject(write.kind, write.object),
        unless,
        ...(because.length > 0 ? { because } : {}),
      };
    }
  }
}

export function describeCommit({ at, exchanges, outcome }: Commit): Json {
  const stop = outcome?.stop;
  const ended = outcome === undefined ? "under way" : stop === undefined ? "through" : stop.stop;
  return {
    at,
    outcome: ended,
    ...(outcome?.phase ? { phase: outcome.phase } : {}),
    exchanges: exchanges.map(describeExchange),
  };
}

function describeExchange({ request, outcome, status, reason, message }: Exchange): Json {
  const { verb, resource } = request;
  return {
    verb,
    target: nameOf(resource, keyIn(request)),
    ...("subresource" in request && request.subresource ? { subresource: request.subresource } : {}),
    ...("body" in request ? { body: request.body } : "steps" in request ? { steps: request.steps } : {}),
    outcome,
    status,
    ...(reason ? { reason } : {}),
    ...(message ? { message } : {}),
  };
}

/** Empty for a list of all. */
function keyIn(request: Request): Key {
  if ("key" in request) return request.key;
  return "body" in request ? keyOf(request.body) : request.fieldSelector ?? "";
}

function describeHold({ record, met, claims, published, reserved }: Hold): Json {
  return {
    record: { ...describeEntry(record), exists: met !== undefined },
    claims: claims.map(nameOfEntry),
    published,
    reserved,
  };
}

function describeEntry(entry: Entry): Json {
  const [, { metadata, ...rest }] = entry;
  const { name: _, namespace: __, ...more } = metadata;
  return { target: nameOfEntry(entry), ...(Object.keys(more).length > 0 ? { metadata: more } : {}), ...rest };
}

function describeRelease({ kind, object, because, fences = [] }: Release): Json {
  return {
    target: nameOfObject(kind, object),
    because: because.map(describeFact),
    ...(fences.length > 0 ? { fences: fences.map(describeFence) } : {}),
  };
}

function describeFact(fact: Fact): string {
  const name = nameOf(fact.kind, fact.key);
  return fact.is === "gone" ? `${name} with uid ${fact.uid} is gone` : `${name} does not need it any more`;
}

const describeFence = ({ kind, object }: Fence): string => `${nameOfObject(kind, object)} is written first`;
