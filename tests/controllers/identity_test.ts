/** Whose record a pod takes over, which address of a list is its, and what it is refused. */
import { assertEquals, assertMatch } from "@std/assert";
import { denial, keeperOf, listed, sharersIn, succeeds } from "../../controllers/pod/identity.ts";
import { requestOf } from "../../controllers/pod/request.ts";
import { settle } from "../../controllers/pod/settle.ts";
import { IDENTITY, IDENTITY_UID, OWNER_KEY, OWNER_UID } from "../../crds/annotations.ts";
import type { Pod } from "../../crds/foreign.ts";
import { IP } from "../../crds/ip.ts";
import { keyOf, type Obj } from "../../reconcile/kind.ts";
import { inUse, ip, pod, subnet, vpc, world } from "../world.ts";

const OVN = { provider: "ovn", network: "ovn" };
const APPS = "apps/v1", KRUISE = "apps.kruise.io/v1beta1", KUBEVIRT = "kubevirt.io/v1";

function member(name: string, apiVersion: string, asking: Readonly<Record<string, string>> = {}): Pod {
  const annotations = Object.fromEntries(
    Object.entries(asking).map(([key, value]) => [`ovn.kubernetes.io/${key}`, value]),
  );
  const made = pod(`app/${name}`, { annotations, labels: { "kubevirt.io": "virt-launcher" } });
  const kind = apiVersion === KUBEVIRT ? "VirtualMachineInstance" : "StatefulSet";
  const reference = { apiVersion, kind, name: "web", uid: "web-uid", controller: true };
  return { ...made, metadata: { ...made.metadata, ownerReferences: [reference] } };
}
function owner(kind: string, spec: object = {}, about: object = {}): Obj {
  const metadata = { name: "web", namespace: "app", uid: "web-uid", resourceVersion: "1", ...about };
  return { apiVersion: APPS, kind, metadata, spec };
}
const set = (spec: object = {}, about: object = {}) => owner("StatefulSet", spec, about);

function record(
  name: string,
  identity: Readonly<Record<string, string>> = {},
  mac = "02:00:00:00:00:01",
): IP {
  const annotations = { [OWNER_UID]: "former", [OWNER_KEY]: `app/${name}`, ...identity };
  return ip({ owner: `app/${name}`, subnet: "sn", addresses: ["10.0.0.2"], mac }, { annotations });
}
const ofWeb = { [IDENTITY]: "StatefulSet/web", [IDENTITY_UID]: "web-uid" };

Deno.test("identity: a member takes its record over while its set is there and keeps it", () => {
  const web1 = member("web-1", APPS), kept = record("web-1", ofWeb);
  assertEquals(succeeds(web1, kept, world(set({ replicas: 2 }))), true);
  assertEquals(succeeds(web1, kept, world()), false);
  assertEquals(succeeds(web1, kept, world(set({ replicas: 1 }))), false);
  assertEquals(succeeds(web1, kept, world(set({ replicas: 2 }, { uid: "another" }))), false);
  assertEquals(
    succeeds(web1, kept, world(set({ replicas: 2 }, { deletionTimestamp: "2026-01-01T00:00:00Z" }))),
    false,
  );
});

Deno.test("identity: it does not take over what was nobody's, another set's, or an earlier set's of that name", () => {
  const web0 = member("web-0", APPS), there = world(set());
  assertEquals(succeeds(web0, record("web-0"), there), false);
  assertEquals(succeeds(web0, record("web-0", { ...ofWeb, [IDENTITY]: "StatefulSet/db" }), there), false);
  assertEquals(
    succeeds(web0, record("web-0", { ...ofWeb, [IDENTITY]: "AdvancedStatefulSet/web" }), there),
    false,
  );
  assertEquals(succeeds(web0, record("web-0", { ...ofWeb, [IDENTITY_UID]: "before" }), there), false);
  assertEquals(succeeds(pod("app/web-0"), record("web-0", ofWeb), there), false);
});

Deno.test("identity: a record of Kube-OVN's is taken over by name", () => {
  const { metadata, spec } = record("web-0"), { annotations: _, ...bare } = metadata;
  const imported: IP = { ...record("web-0"), metadata: bare, spec: { ...spec, podType: "StatefulSet" } };
  assertEquals(succeeds(member("web-0", APPS), imported, world(set())), true);
});

Deno.test("identity: those who run one machine take its record from one another, whatever became of the machine", () => {
  assertEquals(succeeds(member("launcher", KUBEVIRT), record("web"), world()), true);
});

Deno.test("identity: a keeper that the cluster may not serve is named only once it was seen", () => {
  const named = (apiVersion: string, ...objects: readonly Obj[]) =>
    keeperOf(member("web-0", apiVersion), world(...objects))?.key;
  assertEquals(named(APPS), "app/web");
  assertEquals([named(KRUISE), named(KRUISE, owner("AdvancedStatefulSet"))], [undefined, "app/web"]);
  assertEquals([named(KUBEVIRT), named(KUBEVIRT, owner("VirtualMachine"))], [undefined, "app/web"]);
});

Deno.test("identity: only the pods of one machine share an owner key", () => {
  const view = world(member("a", KUBEVIRT), member("b", KUBEVIRT), member("web-0", APPS));
  assertEquals(sharersIn("app/VirtualMachine/web", view).map(keyOf), ["app/a", "app/b"]);
  assertEquals([sharersIn("app/web-0", view), sharersIn("n1", view)], [[], []]);
});

/** What a list of three leaves to this pod. */
function choice(pod: Pod, ...objects: readonly Obj[]): readonly (string | undefined)[] | string {
  const read = requestOf(pod, OVN);
  if (!read.ok) return read.refusal.message;
  const request = listed(pod, read.request, world(...objects));
  return "verdict" in request ? request.message : request.choices.map(({ v4 }) => v4);
}
const list = { ip_pool: "10.0.0.5,10.0.0.6,10.0.0.7" };

Deno.test("identity: a member has the element of its ordinal, counted from the first one", () => {
  assertEquals(choice(member("web-1", APPS, list), set({ replicas: 3 })), ["10.0.0.6"]);
  assertEquals(choice(member("web-11", APPS, list), set({ replicas: 3, ordinals: { start: 10 } })), [
    "10.0.0.6",
  ]);
  assertEquals(
    choice(member("web-11", KRUISE, list), owner("AdvancedStatefulSet", { ordinals: { start: 10 } })),
    ["10.0.0.6"],
  );
});

Deno.test("identity: a list that is too short, and a set that is not there, are said", () => {
  const beyond = choice(member("web-3", APPS, list), set({ replicas: 4 }));
  assertMatch(String(beyond), /^NoAvailableAddress: ip_pool lists 3, and none for the pod at 4/);
  assertMatch(
    String(choice(member("web-1", APPS, list), set({ ordinals: { start: 2 } }))),
    /^NoAvailableAddress/,
  );
  assertMatch(String(choice(member("web-1", APPS, list))), /StatefulSet app\/web, .*does not exist/);
});

Deno.test("identity: whoever has no place in a set may have any of them", () => {
  const all = ["10.0.0.5", "10.0.0.6", "10.0.0.7"];
  const bare = {
    ...member("p", APPS, list),
    metadata: { ...member("p", APPS, list).metadata, ownerReferences: [] },
  };
  assertEquals(choice(bare), all);
  assertEquals(choice(member("launcher", KUBEVIRT, list)), all);
});

/** What a pod of the set is told about its wishes, with a record of 10.0.0.2 and MAC 02:00:00:00:00:01. */
function denied(asking: Readonly<Record<string, string>>, kept = record("web-0", ofWeb)): string | undefined {
  const web0 = member("web-0", APPS, asking);
  return denial(web0, requestOf(web0, OVN), { record: kept, view: world() });
}

Deno.test("identity: what a record has already is not denied, however it is written", () => {
  assertEquals(denied({}), undefined);
  assertEquals(denied({ ip_address: "10.0.0.2/24" }), undefined);
  assertEquals(denied({ ip_pool: "10.0.0.1,10.0.0.2" }), undefined);
  assertEquals(denied({ mac_address: "02-00-00-00-00-01" }), undefined);
  const spelt = record("web-0", ofWeb, "0A:00:00:00:00:01");
  assertEquals(denied({ mac_address: "0a:00:00:00:00:01" }, spelt), undefined);
});

Deno.test("identity: what it has not is denied, with what is asked for and what is kept", () => {
  const keeps = /but the pod keeps 10\.0\.0\.2 of Subnet sn with MAC 02:00:00:00:00:01/;
  for (
    const [asking, asked] of [
      [{ ip_address: "10.0.0.3" }, "10.0.0.3"],
      [{ ip_address: "10.0.0.2,fd00::2" }, "10.0.0.2,fd00::2"],
      [{ ip_pool: "10.0.0.3,10.0.0.4" }, "10.0.0.3"],
      [{ ip_pool: "pool" }, "IPPool pool"],
      [{ mac_address: "02:00:00:00:00:02" }, "02:00:00:00:00:02"],
      [{ logical_switch: "other" }, "Subnet other"],
      [{ ip_address: "ten" }, "what cannot be read in ovn.kubernetes.io/ip_address"],
    ] as const
  ) {
    const message = denied(asking) ?? "";
    assertEquals(message.slice(0, asked.length), asked);
    assertMatch(message, keeps);
  }
});

Deno.test("identity: a reservation says that it is one, to any pod; a pod of its own has nothing to be denied", () => {
  const reserved = ip({ owner: "app/web-0", subnet: "sn", addresses: ["10.0.0.2"], reserved: true });
  const bare = pod("app/web-0", { annotations: { "ovn.kubernetes.io/ip_address": "10.0.0.3" } });
  const about = (kept: IP) => denial(bare, requestOf(bare, OVN), { record: kept, view: world() });
  assertMatch(
    about(reserved)!,
    /^AddressConflict: 10\.0\.0\.3 is asked for, but IP web-0\.app reserves 10\.0\.0\.2/,
  );
  assertEquals(about(record("web-0")), undefined);
});

Deno.test("identity: what another pod of the machine is about to create is not written or withdrawn before it has a uid", () => {
  const launcher = member("b", KUBEVIRT), ground = [vpc(), inUse(subnet("sn", { cidrBlock: "10.0.0.0/24" }))];
  const annotations = {
    [OWNER_UID]: "a-uid",
    [OWNER_KEY]: "app/VirtualMachine/web",
    [IDENTITY]: "VirtualMachine/web",
  };
  const common = { owner: "app/web", subnet: "sn", addresses: ["10.0.0.2"] };
  const coming = ip(common, { uid: "", annotations });
  const plugged = ip({ ...common, provider: "net1.app.ovn" }, { uid: "", annotations });
  const plan = settle(launcher, world(...ground, launcher, owner("VirtualMachine"), coming, plugged));
  assertEquals([plan.verdict, plan.release], ["wait", []]);
  assertEquals(plan.until, [[IP, "web.app"]]);
  const there = { ...coming, metadata: { ...coming.metadata, uid: "web-uid" } };
  assertEquals(
    settle(launcher, world(...ground, launcher, owner("VirtualMachine"), there)).verdict,
    "desired",
  );
});
