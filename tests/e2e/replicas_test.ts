/** The operator killed at work, doubled on purpose, and replaced by the rules of its lease. */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { Pod } from "../../crds/foreign.ts";
import { IP } from "../../crds/ip.ts";
import { publishedBy } from "../../crds/published.ts";
import type { Json } from "../../kube/api.ts";
import { LEASES } from "../../kube/lease.ts";
import { RENEW_MS } from "../../kube/lease_step.ts";
import { eventually } from "../control_plane/eventually.ts";
import type { OperatorProcess } from "../control_plane/operator.ts";
import { writesIn } from "./audit.ts";
import { OPERATOR } from "./cluster.ts";
import { deployment, DEPLOYMENTS, pod, subnet } from "./manifests.ts";
import { type Scene, seconds } from "./scene.ts";
import { withCluster } from "./with_cluster.ts";

const test = withCluster({ operator: false });

test("killed in the middle of 500 pods, and in the middle of their end, it loses and doubles nothing", async (scene) => {
  const { cluster } = scene, operator = cluster.replica("killed");
  await operator.start();
  const namespace = await scene.namespace("many"), began = performance.now();
  await scene.create(subnet("many", { cidrBlock: "10.60.0.0/22", namespaces: [namespace] }));
  await scene.ready("many");
  await scene.create(deployment(`${namespace}/many`, 500));
  for (const count of [100, 250]) {
    await eventually(`${count} pods have addresses`, () => scene.toldIn(namespace) >= count);
    await operator.kill();
    console.log(
      `replicas: killed when ${scene.toldIn(namespace)} of ${
        scene.podsOf(namespace).length
      } pods had addresses`,
    );
    await operator.start();
  }
  const pods = await scene.running(namespace, 500);
  assertEquals(new Set(pods.flatMap((each) => publishedBy(each).map((p) => p.address))).size, 500);
  console.log(`replicas: 500 pods with two kills in ${seconds(began)}`);
  await scene.verify();

  await scene.remove(DEPLOYMENTS, `${namespace}/many`);
  await eventually("a part of the records is gone", () => recordsOf(scene, "many") < 350);
  await operator.kill();
  console.log(`replicas: killed when ${recordsOf(scene, "many")} of 500 records were left`);
  await operator.start();
  await scene.emptied("many");
  await scene.verify();
  await operator.stop();
});

test("two at once give no address twice, and write nothing at rest", async (scene) => {
  const [a, b] = [scene.cluster.replica("one"), scene.cluster.replica("two")];
  await Promise.all([a.start(), b.start()]);
  const namespace = await scene.namespace("twice");
  await scene.create(subnet("twice", { cidrBlock: "10.61.0.0/24,fd61::/112", namespaces: [namespace] }));
  await scene.ready("twice");
  await scene.create(deployment(`${namespace}/twice`, 150));
  await scene.running(namespace, 150);
  await scene.verify();
  await scene.merge(DEPLOYMENTS, `${namespace}/twice`, { spec: { replicas: 50 } });
  await scene.running(namespace, 50);
  await scene.verify();
  await scene.silent(() => {});
  const met = (await writesIn(scene.cluster.plane.auditLog)).filter(({ user, verb, resource, code }) =>
    user === OPERATOR && verb === "create" && code === 409 &&
    (resource === "ips" || resource === "addressclaims")
  );
  console.log(`replicas: two at once met each other ${met.length} times at a record or a claim`);
  await Promise.all([a.kill(), b.kill()]);
  await scene.silent(() => a.start());
  await scene.remove(DEPLOYMENTS, `${namespace}/twice`);
  await scene.emptied("twice");
  await scene.verify();
  await a.stop();
});

test("the lease passes on as its holder stops, and no earlier than its holder gives up when it is killed", async (scene) => {
  const { cluster } = scene, namespace = await scene.namespace("lease");
  const [a, b] = ["first", "second"].map((name) => cluster.replica(name, [])) as [
    OperatorProcess,
    OperatorProcess,
  ];
  await a.start();
  await eventually("the first leads", async () => assertEquals(await roleOf(a), "leader"));
  await b.start();
  await served("before");

  const { holderIdentity: first } = await leaseOf(scene);
  await a.stop();
  assertNotEquals((await leaseOf(scene)).holderIdentity, first, "given back before it ended");
  const stopped = await served("stopped");
  assertEquals(await roleOf(b), "leader");
  await a.start();
  const { renewTime } = await leaseOf(scene);
  await b.kill();
  const killed = await served("killed");
  console.log(`replicas: a pod is served ${stopped} after a stop, ${killed} after a kill`);
  const waited = Date.parse((await leaseOf(scene)).acquireTime) - Date.parse(renewTime);
  assert(waited > RENEW_MS, `taken ${waited} ms after it was last seen renewed`);
  await a.stop();

  async function served(name: string): Promise<string> {
    const began = performance.now();
    await scene.create(pod(`${namespace}/${name}`));
    await eventually(
      `pod ${name} has an address`,
      () => publishedBy(scene.get(Pod, `${namespace}/${name}`)).length > 0,
    );
    return seconds(began);
  }
});

async function leaseOf({ cluster: { client } }: Scene): Promise<Json> {
  const { object } = await client.send({ verb: "get", resource: LEASES, key: "kube-system/cadastre" });
  return (object as Json).spec;
}

/** `leader`, or `follower of …`. */
async function roleOf({ url }: OperatorProcess): Promise<string | undefined> {
  return /role: (.*)/.exec(await (await fetch(`${url}/readyz`)).text())?.[1];
}

const recordsOf = ({ cluster }: Scene, name: string): number =>
  cluster.journal.of(IP).filter(({ spec }) => spec.subnet === name).length;
