/**
 * Pods and their Subnet deleted together, at random moments: nothing may be left, and nobody may have to help.
 *
 * `CADASTRE_SEED` repeats the moments of an earlier run; what the machine makes of them differs from run to run.
 */
import { assertEquals } from "@std/assert";
import { AddressClaim } from "../../crds/address_claim.ts";
import { Namespace, Pod } from "../../crds/foreign.ts";
import { IP } from "../../crds/ip.ts";
import { publishedBy } from "../../crds/published.ts";
import { Subnet } from "../../crds/subnet.ts";
import { type Random, random } from "../conformance/random.ts";
import { eventually } from "../control_plane/eventually.ts";
import { writesIn } from "./audit.ts";
import { OPERATOR } from "./cluster.ts";
import { deployment, DEPLOYMENTS, ovn, pod, subnet } from "./manifests.ts";
import { type Scene, seconds } from "./scene.ts";
import { withCluster } from "./with_cluster.ts";

const ROUNDS = 100;
/** Side by side, each with namespaces and a Subnet of its own. */
const LANES = 10;
const PODS = 6;

const test = withCluster();

test(`pods and their Subnet are deleted together ${ROUNDS} times, at random moments, and nothing is left`, async (scene) => {
  const seed = Number(Deno.env.get("CADASTRE_SEED") ?? Math.floor(Math.random() * 1e9));
  console.log(`deletion: seed ${seed}`);
  const began = performance.now(), told: number[] = [];
  await Promise.all(Array.from({ length: LANES }, async (_, lane) => {
    const chance = random(seed + lane);
    for (let round = 0; round < ROUNDS / LANES; round++) told.push(await play(scene, { lane, chance }));
  }));
  const [none, some] = [told.filter((n) => n === 0).length, told.filter((n) => n > 0 && n < PODS).length];
  console.log(
    `deletion: ${ROUNDS} rounds in ${
      seconds(began)
    }; no pod was told yet ${none} times, some were ${some} times`,
  );
  await nobodyHelped(scene);
});

interface Lane {
  readonly lane: number;
  readonly chance: Random;
}

/** One round; the Subnet has the same name and block each time. @returns how many pods had their addresses when it ended. */
async function play(scene: Scene, { lane, chance }: Lane): Promise<number> {
  const name = `lane-${lane}`, namespace = await scene.namespace(name);
  const isBound = chance.next() < 0.5, isDual = chance.next() < 0.5;
  const cidrBlock = isDual ? `10.50.${lane}.0/24,fd50:${lane}::/112` : `10.50.${lane}.0/24`;
  await scene.create(subnet(name, { cidrBlock, ...(isBound ? { namespaces: [namespace] } : {}) }));
  // Until then its namespace is served by another.
  if (isBound) await scene.ready(name);
  const what = chance.weighed({ Deployment: 4, pods: 4, Namespace: 1 }), key = `${namespace}/web`;
  const annotations = isBound ? {} : ovn({ logical_switch: name });
  const pods = Array.from({ length: PODS }, (_, i) => `${key}-${i}`);
  const bodies = what === "pods"
    ? pods.map((each) => pod(each, annotations))
    : [deployment(key, PODS, annotations)];
  const moment = reached(scene, namespace, Math.floor(chance.next() * (isDual ? 4 : 3) * PODS));
  await Promise.all([moment, scene.create(...bodies)]);
  const told = scene.toldIn(namespace);

  const workload = {
    Deployment: () => scene.remove(DEPLOYMENTS, key),
    pods: () => Promise.all(pods.map((each) => scene.remove(Pod, each))),
    Namespace: () => scene.remove(Namespace, namespace),
  }[what];
  const deletions = [workload, () => scene.remove(Subnet, name)];
  if (chance.next() < 0.5) deletions.reverse();
  await Promise.all(deletions.map((each) => each()));
  await eventually(
    `nothing is left of ${what} and Subnet ${name}`,
    () => assertEquals(leftOf(scene, namespace, name), []),
  );
  // Its namespace stays: the API server's controller removes few of them at a time, and those that are judged would wait behind it.
  return told;
}

/** Resolves when so many records, claims and annotations of a namespace's pods have been written, of three per pod, or four where it has two addresses. */
function reached({ cluster }: Scene, namespace: string, steps: number): Promise<void> {
  const done = new Set<string>();
  return cluster.journal.when(`${steps} writes for ${namespace}`, ({ kind, key, object }) => {
    const isOurs = kind === IP
      ? (object as IP)?.spec.namespace === namespace
      : kind === AddressClaim
      ? (object as AddressClaim)?.spec.ownerKey?.startsWith(`${namespace}/`)
      : key.startsWith(`${namespace}/`) && object && publishedBy(object).length > 0;
    if (isOurs) done.add(`${kind.kind} ${key}`);
    return done.size >= steps;
  });
}

function leftOf({ cluster: { journal } }: Scene, namespace: string, name: string): readonly string[] {
  return [
    ...journal.of(Pod).filter(({ metadata }) => metadata.namespace === namespace),
    ...journal.of(IP).filter(({ spec }) => spec.subnet === name || spec.namespace === namespace),
    ...journal.of(AddressClaim).filter(({ spec }) => spec.subnet === name),
    ...journal.of(Subnet).filter(({ metadata }) => metadata.name === name),
  ].map(({ kind, metadata: { name, finalizers = [], deletionTimestamp } }) =>
    `${kind} ${name}${deletionTimestamp ? " (going)" : ""} ${finalizers.join()}`
  );
}

/** Users create and delete; whatever else was written to our kinds, the operator wrote. */
async function nobodyHelped({ cluster: { plane } }: Scene): Promise<void> {
  const ours = /^(subnets|vpcs|ips|addressclaims)(\/|$)/;
  const helped = (await writesIn(plane.auditLog)).filter(({ user, verb, resource }) =>
    ours.test(resource) && user !== OPERATOR && verb !== "create" && verb !== "delete"
  );
  assertEquals(helped, []);
}
