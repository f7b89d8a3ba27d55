/** With `--isolate-namespaces` a pod gets what its namespace is bound to, and what its account may use, on a real API server. */
import { assertEquals } from "@std/assert";
import { Pod } from "../../crds/foreign.ts";
import type { Json } from "../../kube/api.ts";
import { eventually } from "../control_plane/eventually.ts";
import { applied } from "../control_plane/kubectl.ts";
import { enforce } from "../control_plane/policies.ts";
import { lent, lentTo } from "../rights.ts";
import { rightsUsed } from "./audit.ts";
import { ovn, pod, subnet } from "./manifests.ts";
import type { Scene } from "./scene.ts";
import { withCluster } from "./with_cluster.ts";

const components = ["isolate-namespaces"];
const test = withCluster({ nodes: 1, components, args: ["--no-lease", "--isolate-namespaces"] });

/** Longer than an answer about a right counts. */
const EXPIRED_MS = 31_000;

/** Subnet `name` of nobody, and what lends it to account `builder` of a namespace. */
async function lending(scene: Scene, name: string, cidrBlock: string) {
  const namespace = await scene.namespace(name), { cluster: { kubectl } } = scene;
  await scene.create(subnet(name, { cidrBlock }));
  await scene.ready(name);
  await applied(kubectl, [lent(name, `subnets/${name}`)]);
  return {
    namespace,
    give: () => applied(kubectl, [lentTo(name, `${namespace}/builder`)]),
    take: () => kubectl(["delete", "clusterrolebinding", name]),
  };
}

function asking(key: string, name: string, serviceAccountName: string): Json {
  const body = pod(key, ovn({ logical_switch: name }));
  return { ...body, spec: { ...body.spec, serviceAccountName } };
}

const isTold = (scene: Scene, key: string) =>
  eventually(`${key} has an address`, () => scene.addressesOf(scene.get(Pod, key)).length > 0);

test("a pod whose account may use a Subnet is served; another's is refused, until its account may", async (scene) => {
  const { namespace, give } = await lending(scene, "lent", "10.80.0.0/24");
  const [mine, early] = [`${namespace}/mine`, `${namespace}/early`] as const;
  await scene.create(asking(mine, "lent", "default"), asking(early, "lent", "builder"));
  for (const key of [mine, early]) {
    await scene.said(
      await scene.seen(Pod, key),
      `NotPermitted: namespace ${namespace} is not bound to Subnet lent`,
    );
  }
  await give();
  await isTold(scene, early);
  assertEquals(scene.addressesOf(scene.get(Pod, mine)), []);
});

test("a right that was taken away serves nobody who comes later, and what was given out stays", async (scene) => {
  const { namespace, give, take } = await lending(scene, "taken", "10.81.0.0/24");
  await give();
  const [before, after] = [`${namespace}/before`, `${namespace}/after`] as const;
  await scene.create(asking(before, "taken", "builder"));
  await isTold(scene, before);
  await take();
  await new Promise((resolve) => setTimeout(resolve, EXPIRED_MS));
  await scene.create(asking(after, "taken", "builder"));
  await scene.said(await scene.seen(Pod, after), 'service account builder may not "use" it');
  assertEquals(scene.addressesOf(scene.get(Pod, before)).length, 1);
});

test("with the policies in force as well, what they let in is served", async (scene) => {
  const { namespace, give } = await lending(scene, "both", "10.82.0.0/24");
  await give();
  const { plane, kubectl } = scene.cluster,
    lift = await enforce(plane, kubectl, ["admission", ...components]);
  try {
    const refused = await kubectl(["create", "-f", "-"], {
      stdin: asking(`${namespace}/mine`, "both", "default"),
    }).catch((error: Error) => error.message);
    assertEquals(refused.includes("is not bound to subnets/both"), true, refused);
    await scene.create(asking(`${namespace}/lent`, "both", "builder"));
    await isTold(scene, `${namespace}/lent`);
  } finally {
    await lift();
  }
});

test("the operator may ask, and asked for nothing that it may not", async ({ cluster }) => {
  const { allowed, denied } = await rightsUsed(cluster.plane.auditLog);
  assertEquals([allowed.has("create subjectaccessreviews"), [...denied]], [true, []]);
});
