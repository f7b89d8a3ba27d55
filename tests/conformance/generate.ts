/** Draws histories: few objects, few values, many writers, so that they get into each other's way. */
import type { Json, PatchStep } from "../../kube/api.ts";
import { keyOf } from "../../kube/resource.ts";
import type { Operation } from "./operation.ts";
import { type Random, random } from "./random.ts";
import { namespace, type Subject, subjects } from "./subjects.ts";

export type History = readonly Operation[];

const managers = ["alice", "bob", "cadastre/hold"];
const OURS = "kubeovn.io/kube-ovn-controller";
const FOREIGN = "example.com/other";

/** How often each kind has a part in a history. */
const weights = { subnet: 4, claim: 3, ip: 3, pod: 4, vpc: 2, namespace: 2, node: 1, lease: 1 };

/** What the first operation of every history makes: where its namespaced objects live. */
const home: Operation = {
  verb: "create",
  resource: namespace.resource,
  body: namespace.specimen("$run"),
  manager: "alice",
};

/** A history of `length` operations; the same seed gives the same one. */
export function generate(seed: number, length: number): History {
  const chance = random(seed);
  const cast = Array.from({ length: 3 }, () => subjects[chance.weighed(weights)]);
  const opening = cast.map((subject) => creation(subject, chance.pick(subject.names), chance));
  const rest = Array.from({ length: length - 1 - cast.length }, () => draw(chance.pick(cast), chance));
  return [home, ...opening, ...rest];
}

function draw(subject: Subject, chance: Random): Operation {
  const { resource } = subject;
  const name = chance.pick(subject.names);
  const key = keyOf(subject.specimen(name));
  const manager = chance.pick(managers);
  const part = chance.next() < 0.25 ? { subresource: "status" as const } : {};
  const verb = chance.weighed({
    create: 16,
    apply: 24,
    merge: 12,
    patch: 10,
    update: 8,
    delete: 9,
    get: 6,
    list: 4,
    bind: resource.kind === "Pod" ? 6 : 0,
    evict: resource.kind === "Pod" ? 2 : 0,
  });
  switch (verb) {
    case "create":
      if (chance.next() < 0.7) return creation(subject, name, chance);
      return { verb, resource, manager, body: edited(subject, name, chance) };
    case "update":
      return { verb, resource, manager, ...part, body: rewritten(subject, name, chance) };
    case "apply": {
      const body = chance.next() < 0.4 ? complete(subject, name, chance) : edited(subject, name, chance);
      return { verb, resource, manager, ...part, force: chance.next() < 0.5, body };
    }
    case "merge":
      return { verb, resource, key, manager, ...part, body: patchOf(subject, name, chance) };
    case "patch":
      return { verb, resource, key, manager, ...part, steps: steps(subject, chance) };
    case "delete":
      return { verb, resource, key, ...deletion(chance) };
    case "get":
      return { verb, resource, key };
    case "list":
      return {
        verb,
        resource,
        ...(resource.namespaced ? { namespace: "$run" } : {}),
        labelSelector: `run=$run${chance.pick(["", ",app=a", ",app!=a", ",app in (a,b)", ",!app"])}`,
        ...chance.maybe(
          0.4,
          () => ({ fieldSelector: chance.pick([`metadata.name=${name}`, ...subject.fields ?? []]) }),
        ),
      };
    case "bind": {
      const metadata = { ...bareMeta(key), ...chance.maybe(0.4, () => ({ annotations: { bound: "yes" } })) };
      const target = { kind: "Node", name: chance.pick(["n1", "n2"]) };
      const body = { apiVersion: "v1", kind: "Binding", metadata, target };
      return { verb: "create", resource, manager, subresource: "binding", body };
    }
    case "evict": {
      const body = { apiVersion: "policy/v1", kind: "Eviction", metadata: bareMeta(key) };
      return { verb: "create", resource, manager, subresource: "eviction", body };
    }
  }
}

function deletion(chance: Random): Json {
  const guards = {
    ...chance.maybe(0.4, () => ({ uid: chance.pick(["$uid", "$uid", "$uid.former"]) })),
    ...chance.maybe(0.3, () => ({ gracePeriodSeconds: chance.pick([0, 0, 1, 30]) })),
  };
  // Not both: a policy may take a finalizer away first, after which the API server refuses its own version.
  if (chance.next() < 0.3) return { ...guards, resourceVersion: chance.pick(["$rv", "$rv", "$rv.stale"]) };
  const propagationPolicy = chance.pick(["Background", "Foreground", "Orphan"]);
  return { ...guards, ...chance.maybe(0.3, () => ({ propagationPolicy })) };
}

const bareMeta = (key: string): Json => ({ namespace: "$run", name: key.slice(key.indexOf("/") + 1) });

function creation(subject: Subject, name: string, chance: Random): Operation {
  const body = complete(subject, name, chance);
  // Hardly ever right on creation.
  if (chance.next() < 0.9) {
    delete body.metadata.uid;
    delete body.metadata.resourceVersion;
  }
  return { verb: "create", resource: subject.resource, manager: chance.pick(managers), body };
}

/** An object as a user would write it. */
function complete(subject: Subject, name: string, chance: Random): Json {
  const whole = subject.specimen(name);
  return {
    ...whole,
    metadata: { ...whole.metadata, ...metadata(subject, chance) },
    ...(whole.spec || chance.next() < 0.5
      ? { spec: { ...whole.spec, ...scalars(whole.spec, subject.spec(chance)) } }
      : {}),
    ...chance.maybe(0.2, () => ({ status: subject.status(chance) })),
  };
}

/** Nested values of the specimen stay complete. */
function scalars(whole: Json, part: Json): Json {
  return Object.fromEntries(
    Object.entries(part).map((
      [key, value],
    ) => [key, isPlain(value) ? { ...whole?.[key], ...(value as Json) } : value]),
  );
}

/** Just some fields, as an operator applies them. */
function edited(subject: Subject, name: string, chance: Random): Json {
  const { apiVersion, kind, metadata: { name: own, namespace } } = subject.specimen(name);
  const identity = { name: own, ...(namespace ? { namespace } : {}) };
  return {
    apiVersion,
    kind,
    metadata: { ...identity, ...metadata(subject, chance) },
    ...chance.maybe(0.5, () => ({ spec: subject.spec(chance) })),
    ...chance.maybe(0.3, () => ({ status: subject.status(chance) })),
    ...chance.maybe(0.03, () => ({ novelty: 1 })),
  };
}

/** The object as last seen, with edits. */
function rewritten(subject: Subject, name: string, chance: Random): Json {
  const body = edited(subject, name, chance);
  const version = chance.next() < 0.3 ? { resourceVersion: chance.pick(["$rv.stale", null]) } : {};
  return { ...body, $live: true, metadata: { ...body.metadata, ...version } };
}

/** A merge patch; some of its fields remove. */
function patchOf(subject: Subject, name: string, chance: Random): Json {
  const { metadata: { labels, annotations, finalizers, uid, resourceVersion }, spec, status } = edited(
    subject,
    name,
    chance,
  );
  const removing = chance.maybe(
    0.3,
    () => ({ annotations: { note: null }, labels: chance.pick([null, { app: null }]) }),
  );
  return {
    metadata: withoutUndefined({ labels, annotations, finalizers, uid, resourceVersion, ...removing }),
    ...(spec ? { spec } : {}),
    ...(status ? { status: chance.next() < 0.1 ? null : status } : {}),
  };
}

function metadata(subject: Subject, chance: Random): Json {
  return {
    labels: {
      run: "$run",
      ...chance.maybe(0.4, () => ({ app: chance.pick(["a", "b", "a", "b", "a", "b", "not valid"]) })),
    },
    ...chance.maybe(0.4, () => ({ annotations: chance.pick(annotations) })),
    ...chance.maybe(0.25, () => ({ finalizers: chance.pick(finalizersOf(subject)) })),
    ...chance.maybe(0.2, () => ({ uid: chance.pick(["$uid", "$uid", "$uid.former"]) })),
    ...chance.maybe(0.15, () => ({ resourceVersion: chance.pick(["$rv", "$rv", "$rv.stale"]) })),
    ...chance.maybe(0.05, () => ({ ownerReferences: [owner] })),
  };
}

// Never empty: applied to a custom kind, an empty map is stored but not shown, and goes with the next write of anything.
const annotations = [
  { note: "one" },
  { note: "two" },
  { "ovn.kubernetes.io/allocated": "true" },
  { note: "one", "ovn.kubernetes.io/allocated": "true" },
];
const alone = [[OURS], [OURS], [FOREIGN]];
const finalizers = [...alone, [OURS, FOREIGN], [FOREIGN, OURS]];
const owner = { apiVersion: "v1", kind: "Node", name: "n1", uid: "00000000-0000-4000-8000-00000000000a" };

/** A policy puts the finalizers of a Namespace into random order: nothing may depend on it. */
const isShuffled = ({ resource }: Subject): boolean => resource.kind === "Namespace";
const finalizersOf = (subject: Subject) => isShuffled(subject) ? alone : finalizers;

const FIRST = "/metadata/finalizers/0";
const paths = [
  "/metadata/finalizers",
  "/metadata/finalizers",
  FIRST,
  "/metadata/annotations/note",
  "/metadata/annotations/ovn.kubernetes.io~1allocated",
  "/metadata/labels/app",
];

function steps(subject: Subject, chance: Random): PatchStep[] {
  const path = chance.pick(isShuffled(subject) ? paths.filter((each) => each !== FIRST) : paths);
  const isItem = path === FIRST;
  const value = isItem ? OURS : path.endsWith("finalizers") ? chance.pick(finalizersOf(subject)) : "one";
  const test: PatchStep[] = chance.next() < 0.5 ? [{ op: "test", path, value }] : [];
  const guard: PatchStep[] = chance.next() < 0.2
    ? [{ op: "test", path: "/metadata/resourceVersion", value: "$rv" }]
    : [];
  // One finalizer twice is accepted, and who owns it then is nobody's business.
  const op = isItem ? "remove" : chance.pick(["remove", "add", "replace"] as const);
  return [...guard, ...test, op === "remove" ? { op, path } : { op, path, value }];
}

function isPlain(value: Json): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function withoutUndefined(object: Json): Json {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}
