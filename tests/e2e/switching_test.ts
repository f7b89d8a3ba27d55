/** From Kube-OVN's definitions and objects to ours and back, command by command as docs/from-kube-ovn.md says. */
import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { parse, stringify } from "yaml";
import { AddressClaim } from "../../crds/address_claim.ts";
import { Pod, StatefulSet } from "../../crds/foreign.ts";
import { IP } from "../../crds/ip.ts";
import { Subnet } from "../../crds/subnet.ts";
import type { Json } from "../../kube/api.ts";
import { keyOf } from "../../reconcile/kind.ts";
import { enforce } from "../control_plane/policies.ts";
import { statefulSet } from "../soak/users.ts";
import { DEFAULT_SUBNET } from "../../crds/defaults.ts";
import { toStderr } from "../../tools/control_plane/progress.ts";
import { startCluster } from "./cluster.ts";
import { eventually } from "../control_plane/eventually.ts";
import { definitions, inNamespace, objects, PODS, record, told } from "./kube_ovn.ts";
import { pod } from "./manifests.ts";
import { isReady } from "./invariants.ts";
import { Scene } from "./scene.ts";

const OURS = new URL("../../crds/yaml/", import.meta.url).pathname;
const SAVED =
  "vpcs,subnets,ips,ippools,vips,ovn-eips,vpc-nat-gateways,iptables-eips,iptables-fip-rules,iptables-dnat-rules,iptables-snat-rules";

Deno.test({
  name: "from Kube-OVN and back: nobody loses an address, whoever's definitions are in force",
  // The journal's watches end with the cluster.
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(t) {
    // They come in as the way says.
    await using cluster = await startCluster({ log: toStderr, crds: false, nodes: 2, policies: [] });
    const scene = new Scene(cluster), namespace = await scene.namespace("shop");
    let theirs = "";
    const step = async (name: string, act: () => Promise<void>) => {
      if (!await t.step({ name, fn: act, sanitizeOps: false, sanitizeResources: false })) {
        throw new Error(await cluster.complaints());
      }
    };
    await step("their definitions are replaced by ours, and every object stays as it is", async () => {
      theirs = await replaceDefinitions(scene, namespace);
    });
    await step(
      "what they left is taken over before anybody new gets an address",
      () => takeOver(scene, namespace),
    );
    await step(
      "they find their definitions again, and objects that they may write as ever",
      () => goBack(scene, namespace, theirs),
    );
  },
});

/** @returns the former definitions, as users save them. */
async function replaceDefinitions(scene: Scene, namespace: string): Promise<string> {
  const { kubectl } = scene.cluster;
  await apply(scene, definitions);
  const names = definitions.map(({ metadata }) => `crd/${metadata.name}`);
  await kubectl(["wait", "--for=condition=Established", ...names, "--timeout=120s"]);
  await populate(scene, namespace);
  const before = await saved(scene);
  const theirs = await kubectl(["get", ...await ofKubeOvn(scene), "-o", "yaml"]);

  await kubectl(["apply", "--server-side", "--force-conflicts", "-f", OURS]);
  await kubectl(["wait", "--for=condition=Established", "-f", OURS, "--timeout=120s"]);

  assertEquals(await saved(scene), before);
  const edit = { spec: { podName: "another" } };
  await eventually("our rules hold", async () => {
    await assertRejects(() => patch(scene, `ip/one.${namespace}`, edit), Error, "podName is set once");
  });
  return theirs;
}

async function takeOver(scene: Scene, namespace: string): Promise<void> {
  const { journal } = scene.cluster, name = (pod: string) => `${pod}.${namespace}`;
  await scene.create(pod(`${namespace}/waiting`));
  await scene.cluster.replica("cadastre").start();
  const holderOf = (claim: string) => scene.get(AddressClaim, claim).spec.holder;
  await eventually("pods that were told an address have record and claim of just that", () => {
    for (const [pod, host] of [["one", 10], ["two", 11], ["unrecorded", 13], ["db-0", 14]] as const) {
      const { spec, metadata } = scene.get(IP, name(pod));
      assertEquals([spec.v4IpAddress, holderOf(`shop.10.66.0.${host}`).uid], [
        `10.66.0.${host}`,
        metadata.uid,
      ]);
      assertEquals(scene.addressesOf(scene.get(Pod, `${namespace}/${pod}`)), [`10.66.0.${host}`]);
    }
  });
  await eventually("records have no finalizer; one of nobody is gone, a reservation is not", () => {
    const held = journal.of(IP).filter(({ metadata }) => metadata.finalizers?.length);
    assertEquals(held.map(({ metadata }) => metadata.name), []);
    assertEquals(journal.get(IP, name("gone-long-ago")), undefined);
    assertEquals(holderOf("shop.10.66.0.30").name, name("to-come"));
  });
  await eventually("Vips and EIPs have claims for what their status shows", () => {
    assertEquals(holderOf("shop.10.66.0.60").name, "front");
    assertEquals(holderOf("ext.192.168.50.4").name, "uplink");
    assertEquals(holderOf("ext.192.168.50.5").name, "public");
  });
  const rival = await eventually(
    "one of two with the same address holds it",
    () => holderOf("shop.10.66.0.12"),
  );
  const other = rival.name === name("rival") ? "rival-too" : "rival";
  await scene.said(scene.get(Pod, `${namespace}/${other}`), `AddressConflict`);
  const said = await scene.said(scene.get(Pod, `${namespace}/${other}`), rival.name.split(".")[0]!);
  assertMatch(said, /AcquireAddressFailed/);
  for (const each of ["rival", "rival-too"]) {
    assertEquals(scene.addressesOf(scene.get(Pod, `${namespace}/${each}`)), ["10.66.0.12"], each);
  }
  await eventually("who waited has an address that nobody had", () => {
    const [address] = scene.addressesOf(scene.get(Pod, `${namespace}/waiting`));
    assert(address?.startsWith("10.66.0."));
    assert(!Object.values(PODS).some((host) => address === `10.66.0.${host}`), address);
  });
  await eventually("counters are right again", () => {
    for (const each of [DEFAULT_SUBNET, "shop"]) assert(isReady(scene.get(Subnet, each)), each);
    const { v4usingIPs, v4availableIPs } = scene.get(Subnet, "shop").status as Json;
    // Four pods with addresses of their own, one of the two rivals, who waited, the reservation, the Vip.
    assertEquals([v4usingIPs, v4availableIPs], [8, 253 - 8]);
  });
  const { spec, status } = await get(scene, "qos/slow");
  assertEquals([spec, status], [{ bindingType: "EIP", shared: true }, { shared: true }]);

  await scene.remove(Pod, `${namespace}/${other}`);
  await eventually("the other is gone", () => journal.get(Pod, `${namespace}/${other}`) === undefined);
  await enforce(scene.cluster.plane, scene.cluster.kubectl, ["admission"]);
  const { uid } = scene.get(Pod, `${namespace}/db-0`).metadata;
  await scene.remove(Pod, `${namespace}/db-0`);
  await eventually("a pod of a StatefulSet comes back with its address, under the policies too", () => {
    assertEquals(scene.addressesOf(scene.get(Pod, `${namespace}/db-0`)), ["10.66.0.14"]);
    assert(scene.get(Pod, `${namespace}/db-0`).metadata.uid !== uid);
  });
}

async function goBack(scene: Scene, namespace: string, theirs: string): Promise<void> {
  const { kubectl, journal } = scene.cluster;
  const bindings = (await kubectl(["get", "validatingadmissionpolicybindings", "-o", "name"])).split("\n");
  await kubectl(["delete", ...bindings.filter((each) => each.includes("/cadastre-"))]);
  const shown = () =>
    journal.of(Pod).map((each) => [keyOf(each), each.metadata.annotations] as const).toSorted();
  await replica(scene).stop();
  const [before, pods] = [await saved(scene), shown()];

  const list = parse(theirs) as Json;
  for (const each of list.items) {
    delete each.status;
    delete each.metadata.resourceVersion;
  }
  await kubectl(["replace", "--validate=false", "-f", "-"], { stdin: stringify(list) });

  assertEquals(await saved(scene), before);
  assertEquals(shown(), pods);
  const now = parse(await kubectl(["get", ...await ofKubeOvn(scene), "-o", "yaml"])) as Json;
  assertEquals(now.items.map(({ spec }: Json) => spec), list.items.map(({ spec }: Json) => spec));
  const edit = { spec: { ipAddress: "10.66.0.200", v4IpAddress: "10.66.0.200" } };
  await eventually("its controller may edit a record in place", async () => {
    await patch(scene, `ip/one.${namespace}`, edit);
    return true;
  });
  await eventually("… and hold it by its finalizer, and write a status", async () => {
    await patch(scene, `ip/one.${namespace}`, {
      metadata: { finalizers: ["kubeovn.io/kube-ovn-controller"] },
    });
    await patch(scene, "subnet/shop", { status: { v4usingIPs: 1 } }, "--subresource=status");
    return true;
  });

  const claims = "addressclaims.ipam.cadastre.internal";
  await kubectl(["label", "crd", claims, "ipam.cadastre.internal/allow-delete="]);
  await kubectl(["delete", "crd", claims]);
  assertStringIncludes(await kubectl(["get", "ips", "-o", "name"]), `one.${namespace}`);
}

async function populate(scene: Scene, namespace: string): Promise<void> {
  const cluster = objects(namespace);
  await apply(scene, cluster);
  for (const { apiVersion, kind, metadata, status } of cluster) {
    if (!status || kind === "Vip") continue;
    await patch(
      scene,
      `${kind.toLowerCase()}.${apiVersion.split("/")[0]}/${metadata.name}`,
      { status },
      "--subresource=status",
    );
  }
  const shown = { logical_switch: "shop", cidr: "10.66.0.0/24", exclude_ips: "10.66.0.1" };
  const annotations = Object.fromEntries(
    Object.entries(shown).map(([suffix, value]) => [`ovn.kubernetes.io/${suffix}`, value]),
  );
  await patch(scene, `namespace/${namespace}`, { metadata: { annotations } });
  await apply(scene, [...inNamespace(namespace), record(namespace, "db-0", 14, { podType: "StatefulSet" })]);
  await scene.create({
    ...statefulSet(`${namespace}/db`),
    spec: { ...statefulSet(`${namespace}/db`).spec, replicas: 1 },
  });
  await scene.seen(Pod, `${namespace}/db-0`);
  await patch(scene, `pod/db-0`, { metadata: { annotations: told(14) } }, "-n", namespace);
  await eventually("all pods run that were told", () => {
    const running = scene.podsOf(namespace).filter(({ status }) => status?.phase === "Running");
    assertEquals(running.length, Object.keys(PODS).length + 1);
  });
  assertEquals((await scene.seen(StatefulSet, `${namespace}/db`)).spec.replicas, 1);
}

/** The operator that the second test started. */
const replica = ({ cluster }: Scene) => cluster.replicas.find(({ name }) => name === "cadastre")!;

const apply = ({ cluster: { kubectl } }: Scene, items: readonly Json[]) =>
  kubectl(["create", "--validate=false", "-f", "-"], { stdin: { apiVersion: "v1", kind: "List", items } });

const patch = ({ cluster: { kubectl } }: Scene, what: string, body: Json, ...args: readonly string[]) =>
  kubectl(["patch", what, "--type=merge", "-p", JSON.stringify(body), ...args]);

const get = async ({ cluster: { kubectl } }: Scene, what: string): Promise<Json> =>
  JSON.parse(await kubectl(["get", what, "-o", "json"]));

async function ofKubeOvn({ cluster: { kubectl } }: Scene): Promise<readonly string[]> {
  const names = (await kubectl(["get", "crd", "-o", "name"])).split("\n");
  return names.filter((name) => name.includes("kubeovn.io"));
}

/** What users have saved, without what a look does not show. */
async function saved(scene: Scene): Promise<readonly Json[]> {
  const { items } = JSON.parse(await scene.cluster.kubectl(["get", SAVED, "-o", "json"])) as Json;
  return items.map(({ kind, metadata, spec, status }: Json) => ({ kind, metadata, spec, status }));
}
