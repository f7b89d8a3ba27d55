/** With `--isolate-namespaces` the verb `use` on a Subnet, IPPool or Vip is as good as a binding. @see S16 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { AccessReview } from "../../crds/access_review.ts";
import { Pod } from "../../crds/foreign.ts";
import { Subnet } from "../../crds/subnet.ts";
import { Vip } from "../../crds/vip.ts";
import type { Answer } from "../../kube/api.ts";
import { isQuestion } from "../../reconcile/questions.ts";
import { ClusterRole, ClusterRoleBinding, lent, lentTo } from "../rights.ts";
import { type Cluster, cluster } from "./cluster.ts";

const HALF_A_MINUTE = 30_000;

/** Subnet `red` with pool `gold` and Vip `v` of namespace `red`, and roles to use each; `blue` has a Subnet of its own. */
function isolated({ isolateNamespaces = true } = {}): Cluster {
  const lab = cluster({ isolateNamespaces });
  for (const name of ["red", "blue"]) lab.namespace(name);
  lab.subnet("red", { cidrBlock: "10.66.0.0/24", namespaces: ["red"] });
  lab.subnet("blue", { cidrBlock: "10.67.0.0/24", namespaces: ["blue"] });
  lab.settle();
  lab.pool("gold", { subnet: "red", ips: ["10.66.0.100..10.66.0.110"], namespaces: ["red"] });
  lab.create(Vip, { metadata: { name: "v" }, spec: { subnet: "red", namespace: "red", v4ip: "10.66.0.50" } });
  for (const thing of ["subnets/red", "ippools/gold", "vips/v"] as const) {
    lab.create(ClusterRole, lent(thing.replace("/", "-"), thing));
  }
  return lab.settle();
}

const lend = (lab: Cluster, role: string, account = "blue/default") =>
  lab.create(ClusterRoleBinding, lentTo(role, account));
const asked = (lab: Cluster) => lab.sent.filter(({ request }) => isQuestion(request)).length;

const lendable = {
  "subnets-red": [{ logical_switch: "red" }, "10.66.0.2"],
  "ippools-gold": [{ ip_pool: "gold" }, "10.66.0.100"],
  "vips-v": [{ vip: "v" }, "10.66.0.50"],
} as const;

for (const [role, [asking, address]] of Object.entries(lendable)) {
  Deno.test(`use: a pod whose account has ${role} is served, and one whose account has not is told so`, () => {
    const lab = isolated();
    lend(lab, role, "blue/builder");
    lab.pod("blue/mine", asking);
    lab.settle();
    lab.pod("blue/lent", asking, { spec: { serviceAccountName: "builder" } });
    lab.settle();
    assertEquals([lab.addressOf("blue/mine"), lab.addressOf("blue/lent")], [undefined, address]);
    const [warning, ...more] = lab.warnings(Pod, "blue/mine").filter((each) => !/ is worn by /.test(each));
    assertMatch(
      warning!,
      /^NotPermitted NotPermitted: namespace blue .* service account default may not "use" it$/,
    );
    assertEquals([more, lab.warnings(Pod, "blue/lent")], [[], []]);
    lab.atRest();
  });
}

Deno.test("use: a right on a Subnet is none on the pools in it, nor one on a pool on its Subnet", () => {
  const lab = isolated();
  lend(lab, "subnets-red");
  lab.pod("blue/pooled", { logical_switch: "red", ip_address: "10.66.0.105" });
  lab.settle();
  assertEquals(lab.addressOf("blue/pooled"), undefined);
  lab.delete(ClusterRoleBinding, "subnets-red");
  lend(lab, "ippools-gold");
  lab.settle();
  lab.pod("blue/free", { logical_switch: "red", ip_address: "10.66.0.9" });
  lab.settle();
  assertEquals([lab.addressOf("blue/pooled"), lab.addressOf("blue/free")], ["10.66.0.105", undefined]);
});

Deno.test("use: whoever was refused is served within half a minute of being given the right, and is told no second time before", () => {
  const lab = isolated();
  lab.pod("blue/p", { logical_switch: "red" });
  lab.settle({ ms: 10 * HALF_A_MINUTE });
  assertEquals([lab.warnings(Pod, "blue/p").length, asked(lab)], [1, 11]);
  lend(lab, "subnets-red");
  lab.settle({ ms: HALF_A_MINUTE });
  assertEquals(lab.addressOf("blue/p"), "10.66.0.2");
  lab.atRest();
});

Deno.test("use: a right that was taken away serves nobody after half a minute, and whoever was served stays", () => {
  const lab = isolated();
  lend(lab, "subnets-red");
  lab.pod("blue/before", { logical_switch: "red" });
  lab.settle({ ms: HALF_A_MINUTE });
  lab.delete(ClusterRoleBinding, "subnets-red");
  lab.pod("blue/after", { logical_switch: "red" });
  lab.settle();
  assertEquals([lab.addressOf("blue/before"), lab.addressOf("blue/after")], ["10.66.0.2", undefined]);
  lab.atRest();
});

Deno.test("use: who is bound, and who was served, is asked about by nobody; nor is anybody without the option", () => {
  const lab = isolated(), open = isolated({ isolateNamespaces: false });
  lab.pod("red/p");
  open.pod("blue/p", { logical_switch: "red" });
  lab.settle({ ms: HALF_A_MINUTE });
  open.settle({ ms: HALF_A_MINUTE });
  assertEquals([asked(lab), asked(open)], [0, 0]);
  lend(lab, "subnets-red");
  lab.pod("blue/p", { logical_switch: "red" });
  lab.settle({ ms: 10 * HALF_A_MINUTE });
  assertEquals(asked(lab), 1);
});

Deno.test("use: many pods of one account ask once; a binding ends their wait as well", () => {
  const lab = isolated();
  for (let i = 0; i < 20; i++) lab.pod(`blue/p${i}`, { logical_switch: "red" });
  lab.settle({ ms: 0 });
  assertEquals(asked(lab), 1);
  lab.merge(Subnet, "red", { spec: { namespaces: ["red", "blue"] } });
  lab.settle({ ms: 0 });
  assert(lab.addressOf("blue/p19"));
});

Deno.test("use: a question that is refused is no answer; the pod is told why it waits, and is served once it is answered", () => {
  const lab = isolated();
  lend(lab, "subnets-red");
  const message = "cadastre may not create subjectaccessreviews";
  const denied: Answer = { outcome: "denied", status: 403, reason: "Forbidden", message };
  lab.intercept = (request) => isQuestion(request) ? denied : undefined;
  lab.pod("blue/p", { logical_switch: "red" });
  lab.settle({ ms: HALF_A_MINUTE });
  const [warning, ...more] = lab.warnings(Pod, "blue/p");
  assertMatch(
    warning!,
    /^PermissionUnknown .* is not known: 403 cadastre may not create subjectaccessreviews$/,
  );
  assertEquals([more, lab.addressOf("blue/p")], [[], undefined]);
  lab.intercept = () => undefined;
  lab.settle({ ms: 10 * HALF_A_MINUTE });
  assertEquals(lab.addressOf("blue/p"), "10.66.0.2");
});

Deno.test("use: what is asked is what the policies ask: the verb use on one object, for the account and its groups", () => {
  const lab = isolated();
  lab.pod("blue/p", { logical_switch: "red" }, { spec: { serviceAccountName: "builder" } });
  lab.settle();
  const { request } = lab.sent.find(({ request }) => isQuestion(request))!;
  assertEquals("body" in request && request.body, {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SubjectAccessReview",
    metadata: {},
    spec: {
      user: "system:serviceaccount:blue:builder",
      groups: ["system:serviceaccounts", "system:serviceaccounts:blue", "system:authenticated"],
      resourceAttributes: { group: "kubeovn.io", resource: "subnets", name: "red", verb: "use" },
    },
  });
  const plan = lab.engine.explain(Pod, "blue/p")?.plan;
  assert(plan?.until?.some(([kind, key]) => kind === AccessReview && key === "blue/builder/subnets/red"));
});
