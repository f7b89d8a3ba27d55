/** What people get wrong is said at the object, with field and remedy, and everybody else is served. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Namespace, Pod } from "../../crds/foreign.ts";
import { publishedBy } from "../../crds/published.ts";
import { Subnet } from "../../crds/subnet.ts";
import { Vpc } from "../../crds/vpc.ts";
import type { Json } from "../../kube/api.ts";
import { eventually } from "../control_plane/eventually.ts";
import { isReady } from "./invariants.ts";
import { ovn, pod, subnet } from "./manifests.ts";
import type { Scene } from "./scene.ts";
import { withCluster } from "./with_cluster.ts";

// Without policies, also where others have them: annotations of 100 kB are refused by them.
const test = withCluster({ policies: [] });

/** Spec → what its condition says; nobody of these is ever Ready. */
const WRONG: readonly (readonly [spec: Json, says: RegExp])[] = [
  [{ excludeIps: ["10.80.0.x"] }, /^spec\.excludeIps\[0\]: "10\.80\.0\.x" is not an IP address; write /],
  [{ excludeIps: ["10.80.0.9..10.80.0.5"] }, /^spec\.excludeIps\[0\]: .*; write /],
  [{ excludeIps: ["10.80.0.9..fd00::1"] }, /^spec\.excludeIps\[0\]: .* mixes IPv4 and IPv6; write /],
  [{ excludeIps: ["FD00::9"] }, /^spec\.excludeIps\[0\]: "FD00::9" is in upper case; write fd00::9/],
  [{ excludeIps: [`10.80.0.${"9".repeat(100_000)}`] }, /^spec\.excludeIps\[0\]: .{0,300}; write /],
  [{ gateway: "10.99.0.1" }, /^spec\.gateway: 10\.99\.0\.1 is outside 10\.80\.0\.0\/24; choose /],
  [{ gateway: "::ffff:10.80.0.1" }, /^spec\.gateway: .*; write /],
  [
    { namespaceSelectors: [{ matchExpressions: [{ key: "a", operator: "Bogus" }] }] },
    /^spec\.namespaceSelectors\[0\]\..*Bogus/,
  ],
  [{ vpc: "ghost" }, /^spec\.vpc: Vpc ghost does not exist; create it/],
];

/** Annotations of a pod → what it is told. */
const ASKING_WRONG: readonly (readonly [annotations: Record<string, string>, says: string])[] = [
  [{ ip_address: "ten".repeat(33_000) }, "ValidatePodNetworkFailed"],
  [{ ip_address: "::FFFF:10.81.0.9" }, "ip_address"],
  [{ ip_address: "fd00:66::9%eth0" }, "ip_address"],
  [{ ip_pool: "constructor" }, "IPPool constructor does not exist"],
  [{ ip_family: "__proto__" }, "InvalidIPFamily"],
  [{ mac_address: "toString" }, "mac_address"],
  [{ logical_switch: "hasOwnProperty" }, "NoSubnet"],
];

test("Subnets with a wrong spec say which field and what to do, and their neighbours are served", async (scene) => {
  const namespace = await scene.namespace("healthy");
  await scene.create(
    ...WRONG.map(([spec], i) =>
      subnet(`wrong-${i}`, { cidrBlock: "10.80.0.0/24", namespaces: [namespace], ...spec })
    ),
    subnet("healthy", { cidrBlock: "10.81.0.0/24", namespaces: [namespace] }),
  );
  for (const [i, [, says]] of WRONG.entries()) {
    await eventually(`Subnet wrong-${i} says what is wrong`, () => {
      assertMatch(readyOf(scene, `wrong-${i}`), new RegExp(`^False ${says.source.replace("^", "")}`, "s"));
    });
  }
  await scene.ready("healthy");
  await scene.create(pod(`${namespace}/web`));
  assertMatch(publishedBy((await scene.running(namespace, 1))[0]!)[0]!.address, /^10\.81\./);
  await eventually(
    "it is what binds the namespace",
    () => assertEquals(bindingOf(scene, namespace), "healthy"),
  );

  await scene.create({
    apiVersion: "kubeovn.io/v1",
    kind: "Vpc",
    metadata: { name: "ghost" },
    spec: { namespaces: [namespace] },
  });
  await scene.ready(`wrong-${WRONG.length - 1}`);
  await scene.merge(Subnet, "wrong-0", { spec: { excludeIps: ["10.80.0.9"] } });
  await scene.ready("wrong-0");
  for (const i of WRONG.keys()) await scene.remove(Subnet, `wrong-${i}`);
  await eventually("they can all be deleted", () => {
    assertEquals(
      scene.cluster.journal.of(Subnet).filter(({ metadata }) => metadata.name.startsWith("wrong-")).length,
      0,
    );
  });
  await scene.remove(Vpc, "ghost");
});

test("of Subnets that overlap exactly one turns Ready, also in a race, and the next one when it goes", async (scene) => {
  const names = ["a", "b", "c", "d"].map((name) => `overlap-${name}`);
  await scene.create(
    ...names.map((name, i) => subnet(name, { cidrBlock: i % 2 ? "10.82.0.0/24" : "10.82.0.0/23" })),
  );
  const winner = () => names.filter((name) => isReady(scene.get(Subnet, name)));
  await eventually("one is Ready, and three name a better right", () => {
    assertEquals(winner().length, 1);
    for (const name of names.filter((each) => !winner().includes(each))) {
      assertMatch(
        readyOf(scene, name),
        /^False spec\.cidrBlock: .* overlaps .* of Subnet overlap-/,
      );
    }
  });
  const ready = new Set(
    scene.cluster.journal.commits.filter(({ object, key }) =>
      object?.kind === Subnet.kind && names.includes(key) && isReady(object as Subnet)
    ).map(({ key }) => key),
  );
  assertEquals(ready.size, 1, "no other was ever Ready");
  const [first] = winner();
  await scene.remove(Subnet, first!);
  await eventually(
    "another one takes over",
    () => names.some((name) => name !== first && isReady(scene.get(Subnet, name))),
  );
  await Promise.all(names.map((name) => scene.remove(Subnet, name)));
});

test("names that fit no label are served; those that fit no claim are told the limit", async (scene) => {
  const long = `long-${"x".repeat(190)}`, endless = `endless-${"x".repeat(230)}`;
  const namespace = await scene.namespace("constructor");
  await scene.create(
    subnet(long, { cidrBlock: "10.83.0.0/24,fd83::/112", namespaces: [namespace] }),
    subnet(endless, { cidrBlock: "10.84.0.0/24" }),
    subnet("constructor", { cidrBlock: "10.85.0.0/24" }),
  );
  await Promise.all([scene.ready(long), scene.ready("constructor")]);
  await scene.create(
    pod(`${namespace}/valueof`),
    pod(`${namespace}/tostring`, ovn({ logical_switch: "constructor" })),
  );
  const pods = await scene.running(namespace, 2);
  assertEquals(pods.map((each) => publishedBy(each)[0]!.subnet).sort(), ["constructor", long]);
  await eventually("the limit is named", () => {
    assertStringIncludes(readyOf(scene, endless), "metadata.name");
    assertStringIncludes(readyOf(scene, endless), "at most 210 characters");
  });
});

test("pods that ask for what cannot be are told which annotation is wrong, and others are served", async (scene) => {
  const namespace = await scene.namespace("asking");
  await scene.create(
    ...ASKING_WRONG.map(([annotations], i) => pod(`${namespace}/wrong-${i}`, ovn(annotations))),
    pod(`${namespace}/fine`),
  );
  await eventually(
    "the healthy pod runs",
    () => scene.get(Pod, `${namespace}/fine`).status?.phase === "Running",
  );
  for (const [i, [, says]] of ASKING_WRONG.entries()) {
    const said = await scene.said(await scene.seen(Pod, `${namespace}/wrong-${i}`), says);
    assert(said.startsWith("Warning ") && said.length < 2_000, said.slice(0, 2_000));
  }
  assertEquals(scene.toldIn(namespace), 1);
});

/** `<status> <message>` of its condition Ready. */
function readyOf(scene: Scene, name: string): string {
  const ready = scene.get(Subnet, name).status?.conditions?.find(({ type }) => type === "Ready");
  return `${ready?.status} ${ready?.message}`;
}

const bindingOf = (scene: Scene, namespace: string): string | undefined =>
  scene.get(Namespace, namespace).metadata.annotations?.["ovn.kubernetes.io/logical_switch"];
