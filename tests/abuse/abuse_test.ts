/**
 * People who want more than their due, on a real API server: with the admission policies in force, and without, when the operator
 * alone must hold every invariant, and isolation too where that is wanted.
 */
import { assert, assertEquals } from "@std/assert";
import { AddressClaim, claimName } from "../../crds/address_claim.ts";
import { Pod } from "../../crds/foreign.ts";
import { IPPool } from "../../crds/ip_pool.ts";
import { toStderr } from "../../tools/control_plane/progress.ts";
import { actorsOf } from "../control_plane/actor.ts";
import { applied } from "../control_plane/kubectl.ts";
import { enforce } from "../control_plane/policies.ts";
import { startCluster } from "../e2e/cluster.ts";
import { eventually } from "../control_plane/eventually.ts";
import { pod, subnet } from "../e2e/manifests.ts";
import { lent, lentTo } from "../rights.ts";
import { Scene } from "../e2e/scene.ts";
import { ALICE, alice, BOB, key, type Mode, podOf } from "./case.ts";
import { control } from "./cases/control.ts";
import { credentials } from "./cases/credentials.ts";
import { encoding } from "./cases/encoding.ts";
import { exhaustion } from "./cases/exhaustion.ts";
import { holders } from "./cases/holders.ts";
import { foreign } from "./cases/foreign.ts";
import { injection } from "./cases/injection.ts";
import { theft } from "./cases/theft.ts";
import { attempt } from "./suite.ts";

const cases = [
  ...foreign,
  ...holders,
  ...theft,
  ...injection,
  ...encoding,
  ...exhaustion,
  ...control,
  ...credentials,
];
/** Show another's address for as long as they are: nobody writes into them. */
const LIARS = ["i7", "i11"];
/** Their owners, or their records, were written by somebody else. */
const TOUCHED = [
  ...injection.map((_, i) => `i${i + 1}.${ALICE}`),
  ...["db.bob", "c5.alice", "c7.alice", "h10.alice"],
];

const MODES = {
  policies: "with the policies in force",
  open: "without policies",
  isolated: "without policies, the operator isolating namespaces",
} as const;

for (const [mode, name] of Object.entries(MODES) as [Mode, string][]) {
  Deno.test({
    name:
      `abuse: ${cases.flat().length} attempts ${name}: each is answered as it should be, and the register is right`,
    // The journal's watches end with the cluster.
    sanitizeOps: false,
    sanitizeResources: false,
    async fn() {
      await using cluster = await startCluster({
        log: toStderr,
        nodes: 2,
        components: mode === "isolated" ? ["isolate-namespaces"] : [],
      });
      using actors = await actorsOf(cluster.plane);
      const operator = cluster.replica("operator", mode === "isolated" ? ["--isolate-namespaces"] : []);
      await operator.start();
      const scene = new Scene(cluster, operator);
      await inhabited(scene);
      if (mode === "policies") {
        await enforce(cluster.plane, cluster.kubectl, ["admission", "isolate-namespaces"]);
      }
      const wrong = await attempt(actors, cases, mode);
      assertEquals(wrong, [], await cluster.complaints());

      await cluster.kubectl(["delete", "pod", "-n", ALICE, "--ignore-not-found", "--force", ...LIARS]);
      scene.touched.push(...TOUCHED);
      await scene.verify();
      assert((await (await fetch(`${operator.url}/readyz`)).text()).includes("role: leader"));
      const { code } = await actors.call(alice, podOf("honest", { [key("ip_address")]: "10.90.0.240" }));
      assertEquals(code, 201);
      await scene.said(await scene.seen(Pod, `${ALICE}/honest`), "PodNetworkAllocated");
    },
  });
}

/** Two namespaces that have nothing to do with each other, and some Subnets to quarrel about. */
async function inhabited(scene: Scene): Promise<void> {
  const { cluster: { kubectl } } = scene;
  for (const name of [ALICE, BOB]) await kubectl(["create", "namespace", name]);
  await kubectl(["create", "rolebinding", "admin", "-n", ALICE, "--clusterrole=admin", "--user=alice"]);
  await applied(kubectl, [
    lent("lent", "subnets/lent-net", "subnets/tight-net", "ippools/lent-pool", "vips/lent-vip"),
    lentTo("lent", `${ALICE}/default`),
  ]);
  await scene.create(
    { apiVersion: "kubeovn.io/v1", kind: "Vpc", metadata: { name: "red" }, spec: {} },
    subnet("alice-net", { cidrBlock: "10.90.0.0/24", namespaces: [ALICE] }),
    subnet("bob-net", { cidrBlock: "10.91.0.0/24,fd91::/112", namespaces: [BOB] }),
    subnet("red-net", { cidrBlock: "10.94.0.0/24", vpc: "red" }),
    subnet("lent-net", { cidrBlock: "10.95.0.0/24" }),
    subnet("tight-net", { cidrBlock: "10.96.0.0/24" }),
  );
  const kubeovn = (kind: string, name: string, spec: object) => ({
    apiVersion: "kubeovn.io/v1",
    kind,
    metadata: { name },
    spec,
  });
  await scene.create(
    subnet("outside", { cidrBlock: "192.168.90.0/24", provider: "outside.kube-system" }),
    kubeovn("IPPool", "bobs-pool", {
      subnet: "bob-net",
      ips: ["10.91.0.150..10.91.0.160"],
    }),
    kubeovn("IPPool", "lent-pool", { subnet: "red-net", ips: ["10.94.0.161..10.94.0.165"] }),
    kubeovn("Vip", "lent-vip", { subnet: "red-net", v4ip: "10.94.0.171", namespace: BOB }),
    kubeovn("Vip", "bobs-vip", { subnet: "bob-net", v4ip: "10.91.0.170" }),
    kubeovn("OvnEip", "uplink", { externalSubnet: "outside", v4Ip: "192.168.90.50", type: "nat" }),
  );
  for (const name of ["outside", "alice-net", "bob-net", "red-net", "lent-net", "tight-net"]) {
    await scene.ready(name);
  }
  // What is to be stolen is somebody's first.
  for (
    const [name, address] of [["bob-net", "10.91.0.170"], ["red-net", "10.94.0.171"], [
      "outside",
      "192.168.90.50",
    ]]
  ) {
    await scene.seen(AddressClaim, claimName(name!, address!));
  }
  for (const name of ["bobs-pool", "lent-pool"]) {
    await eventually(`${name} is in force`, () => {
      const { conditions = [] } = scene.get(IPPool, name).status ?? {};
      return conditions.some(({ type, status }) => type === "Ready" && status === "True");
    });
  }
  await scene.create(pod(`${BOB}/db`, { [key("ip_address")]: "10.91.0.50" }));
  await scene.running(BOB, 1);
}
