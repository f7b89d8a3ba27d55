/** Many wait for what few can have: who gets it, and who is looked at for that (L8, L9). */
import { assert, assertEquals } from "@std/assert";
import { Pod } from "../../crds/foreign.ts";
import { Vip } from "../../crds/vip.ts";
import { type Cluster, cluster } from "./cluster.ts";

/** Five free addresses, and `p0` to `p4` have them. */
function full(): Cluster {
  const lab = cluster();
  lab.subnet("sn", { cidrBlock: "10.66.0.0/29", namespaces: ["default"] });
  lab.settle();
  for (let i = 0; i < 5; i++) lab.pod(`default/p${i}`);
  return lab.settle();
}

/** How often something of the view was read meanwhile: what is decided reads something. */
function readsWhile(lab: Cluster, happens: () => void): number {
  const { store } = lab.engine, get = store.get.bind(store);
  let reads = 0;
  store.get = (kind, key) => (reads++, get(kind, key));
  happens();
  store.get = get;
  return reads;
}

const release = (lab: Cluster, pod: string): number =>
  readsWhile(lab, () => {
    lab.kill(`default/${pod}`);
    lab.settle();
  });

const withoutAddress = (lab: Cluster, names: readonly string[]): readonly string[] =>
  names.filter((name) => lab.addressOf(`default/${name}`) === undefined);

Deno.test("crowd: what a released address costs does not grow with those who wait for one, in its Subnet and in others", () => {
  const lab = full();
  lab.pod("default/first");
  lab.settle();
  const few = release(lab, "p0");
  for (let i = 0; i < 200; i++) lab.pod(`default/w${i}`);
  lab.settle();
  const many = release(lab, "p1");
  assert(many < few + 200, `${few} reads where one waits, ${many} where 200 do`);
  lab.subnet("beside", { cidrBlock: "10.67.0.0/24" });
  lab.pod("default/elsewhere", { logical_switch: "ovn-default" });
  lab.settle();
  const elsewhere = release(lab, "elsewhere");
  assert(elsewhere < 2 * few, `${few} reads where one waits, ${elsewhere} where all wait for another Subnet`);
  lab.atRest();
});

Deno.test("crowd: who asks for any address and who asks for this one is served by age, and a Vip is passed only while it is guarded", () => {
  const lab = full();
  const asking = [
    () => lab.pod("default/fixed", { ip_address: lab.addressOf("default/p0")! }),
    () => lab.pod("default/any"),
    () => lab.vip("vip"),
    () => lab.pod("default/other"),
    () => lab.pod("default/last"),
  ];
  for (const ask of asking) {
    ask();
    lab.settle();
  }
  const waiting = () => [
    ...withoutAddress(lab, ["fixed", "any", "other", "last"]),
    ...(lab.get(Vip, "vip")?.status?.v4ip ? [] : ["vip"]),
  ];
  release(lab, "p0");
  assertEquals(waiting(), ["any", "other", "last", "vip"]);
  release(lab, "p1");
  assertEquals(waiting(), ["other", "last", "vip"]);
  release(lab, "p2");
  release(lab, "p3");
  assertEquals(waiting(), ["last"]);
  release(lab, "p4");
  assertEquals(waiting(), []);
  lab.atRest();
});

Deno.test("crowd: who draws from a pool and who may not are woken by what is theirs, and an edit of the pool by whom it serves", () => {
  const lab = cluster();
  lab.subnet("sn", { cidrBlock: "10.66.0.0/29", namespaces: ["default"] });
  lab.pool("p", { ips: ["10.66.0.2..10.66.0.3"] });
  lab.settle();
  for (const name of ["in0", "in1", "in2", "in3"]) {
    lab.pod(`default/${name}`, { ip_pool: "p" });
    lab.settle();
  }
  for (const name of ["out0", "out1", "out2", "out3", "out4"]) {
    lab.pod(`default/${name}`);
    lab.settle();
  }
  const waiting = () => withoutAddress(lab, ["in2", "in3", "out3", "out4"]);
  release(lab, "out0");
  assertEquals(waiting(), ["in2", "in3", "out4"]);
  release(lab, "in0");
  assertEquals(waiting(), ["in3", "out4"]);
  lab.pool("unused", { ips: ["10.66.0.99"] });
  lab.settle();
  release(lab, "out1");
  assertEquals(waiting(), ["in3"]);
  release(lab, "out2");
  lab.merge(Pod, "default/in3", { metadata: { labels: { seen: "again" } } });
  lab.settle();
  assertEquals(waiting(), ["in3"]);
  release(lab, "in1");
  assertEquals(waiting(), []);
  lab.atRest();
});

Deno.test("crowd: a pod of both families waits until there is one of each, and holds nobody up who needs one of them", () => {
  const lab = cluster();
  lab.subnet("sn", { cidrBlock: "10.66.0.0/30,fd00:66::/125", namespaces: ["default"] });
  lab.settle();
  lab.pod("default/both");
  lab.settle();
  assert(lab.addressOf("default/both")?.includes(","));
  lab.pod("default/waits");
  lab.pod("default/six", { ip_family: "IPv6" });
  lab.settle();
  assertEquals(lab.addressOf("default/waits"), undefined);
  assert(lab.addressOf("default/six")?.startsWith("fd00:66::"));
  release(lab, "six");
  assertEquals(lab.addressOf("default/waits"), undefined);
  release(lab, "both");
  assert(lab.addressOf("default/waits")?.includes(","));
  lab.atRest();
});
