import { assert, assertEquals } from "@std/assert";
import { Pod } from "../../crds/foreign.ts";
import { IptablesEIP } from "../../crds/iptables_eip.ts";
import { Subnet } from "../../crds/subnet.ts";
import type { Obj } from "../../kube/resource.ts";
import { Announcer } from "../../reconcile/announce.ts";
import { backoffMs, slowBackoffMs } from "../../reconcile/backoff.ts";
import { contains } from "../../reconcile/contains.ts";
import { intentChanged, offerChanged, verdictChanged } from "../../reconcile/intent.ts";
import { desired, no, wait, yes } from "../../reconcile/plan.ts";
import { Queue } from "../../reconcile/queue.ts";

const pod = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "a", namespace: "d", uid: "u", resourceVersion: "1" },
} as Obj;
const key = (name: string) => ({ kind: Pod, key: name });

Deno.test("an intent is contained where every leaf has its value, lists as a whole, numbers as the server rounds them", () => {
  assert(contains({ a: { b: 1, c: 2 }, l: [1, 2] }, { a: { b: 1 }, l: [1, 2] }));
  assert(!contains({ l: [1, 2, 3] }, { l: [1, 2] }));
  assert(contains({ n: 18446744073709552000 }, { n: 2n ** 64n - 2n }));
  assert(!contains({}, { constructor: "x" }));
});

Deno.test("what happens now is taken before what follows from it, and nothing twice", () => {
  const queue = new Queue();
  queue.add(key("later"), "wake");
  queue.add(key("urgent"), "wake");
  queue.add(key("now"), "live");
  queue.add(key("urgent"), "live");
  queue.add(key("now"), "wake");
  assertEquals([queue.size, queue.depth("live"), queue.depth("wake")], [3, 2, 1]);
  assertEquals([queue.take()?.key, queue.take()?.key, queue.take()?.key, queue.take()], [
    "now",
    "urgent",
    "later",
    undefined,
  ]);
  queue.add(key("again"), "wake");
  assertEquals(queue.take()?.key, "again");
});

Deno.test("backoff doubles up to its limit and is spread by chance", () => {
  assertEquals([1, 2, 3].map((failures) => backoffMs({ failures, random: 0 })), [50, 100, 200]);
  assertEquals(backoffMs({ failures: 99, random: 0.999999 }) <= 30_000, true);
  assertEquals(slowBackoffMs({ failures: 99, random: 0 }), 150_000);
});

Deno.test("a status of ours is no intent, a phase of a pod is one", () => {
  const subnet = {
    ...pod,
    kind: "Subnet",
    metadata: { ...pod.metadata, generation: 1 },
    status: { v4usingIPs: 1 },
  };
  assert(!intentChanged(Subnet, subnet, { ...subnet, status: { v4usingIPs: 2 } }));
  assert(intentChanged(Subnet, subnet, { ...subnet, metadata: { ...subnet.metadata, generation: 2 } }));
  assert(intentChanged(Pod, pod, { ...pod, status: { phase: "Failed" } }));
  assert(!intentChanged(Pod, pod, { ...pod, metadata: { ...pod.metadata, resourceVersion: "2" } }));
});

Deno.test("another reason is a new verdict, another count is not", () => {
  const says = (reason: string, used: number): Obj => ({
    ...pod,
    status: {
      v4usingIPs: used,
      conditions: [{ type: "Ready", status: "False", reason, message: String(used) }],
    },
  });
  assert(verdictChanged(says("VpcNotFound", 1), says("Overlap", 1)));
  assert(!verdictChanged(says("Overlap", 1), says("Overlap", 2)));
});

Deno.test("what a kind offers in its status is another thing than what else it says there", () => {
  const shows = (ip: string, nat: string): Obj => ({ ...pod, status: { ip, nat } });
  assert(offerChanged(IptablesEIP, shows("192.0.2.1", ""), shows("192.0.2.2", "")));
  assert(!offerChanged(IptablesEIP, shows("192.0.2.1", ""), shows("192.0.2.1", "dnat")));
});

Deno.test("a pod hears of a problem once, again when its word changes, and again after it was over", () => {
  const announcer = new Announcer();
  const hear = (plan: Parameters<Announcer["before"]>[2]["plan"]) =>
    announcer.before(Pod, pod, { plan, writes: [] }).map((a) => a.reason);
  const full = wait({ reason: "AcquireAddressFailed", message: "NoAvailableAddress: s is full" }, [[
    Subnet,
    "s",
  ]]);
  const conflict = wait({ reason: "AcquireAddressFailed", message: "AddressConflict: held" }, [[
    Subnet,
    "s",
  ]]);
  assertEquals(hear(full), ["AcquireAddressFailed"]);
  assertEquals(hear({ ...full, message: "NoAvailableAddress: s is still full" }), []);
  assertEquals(hear(conflict), ["AcquireAddressFailed"]);
  assertEquals(hear(desired({ conditions: { Told: yes("PodNetworkAllocated") } })), []);
  assertEquals(hear(desired({ conditions: { Fixed: no("FixedIPChangeDenied") } })), ["FixedIPChangeDenied"]);
  assertEquals(hear(conflict), ["AcquireAddressFailed"]);
  assertEquals(hear({ ...full, quiet: true }), []);
});

Deno.test("what is wrong with a pod is its last word: it hears it again after it was told something else", () => {
  const announcer = new Announcer(),
    told = [{ phase: "annotate" as const, kind: Pod, object: pod, annotations: {} }];
  const plan = desired({
    conditions: { Told: yes("PodNetworkAllocated"), Other: no("AcquireAddressFailed") },
  });
  const words = [
    announcer.before(Pod, pod, { plan, writes: told }),
    announcer.after(Pod, pod, { plan, writes: told }),
    announcer.before(Pod, pod, { plan, writes: [] }),
    announcer.before(Pod, pod, { plan, writes: [] }),
  ].map((said) => said.map(({ reason }) => reason));
  assertEquals(words, [["AcquireAddressFailed"], ["PodNetworkAllocated"], ["AcquireAddressFailed"], []]);
});

// @ts-expect-error a wait that nobody ends is the commonest stuck object: it does not type-check
wait({ reason: "Never", message: "" }, []);
